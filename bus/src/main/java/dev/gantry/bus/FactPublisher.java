package dev.gantry.bus;

import java.util.Map;

/**
 * Publishes facts from a durable outbox: in order, and each exactly once in the log, whatever is
 * killed when.
 */
public final class FactPublisher implements AutoCloseable {

  /**
   * @param kafka client settings, {@code bootstrap.servers} at least
   * @param name for the thread, the client id and log lines
   */
  public FactPublisher(Map<String, Object> kafka, Outbox outbox, String name) {}

  /** Starts the publishing thread; Kafka need not be there yet. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Says that the outbox may have more. Never blocks. */
  public void wake() {
    throw new UnsupportedOperationException();
  }

  /** Whether the last attempt to publish succeeded, or there has been nothing to publish. */
  public boolean healthy() {
    throw new UnsupportedOperationException();
  }

  /** Stops within seconds; what is not marked is published after the next start. */
  @Override
  public void close() {}
}
