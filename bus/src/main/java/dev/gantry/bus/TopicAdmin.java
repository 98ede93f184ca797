package dev.gantry.bus;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** Makes sure that topics are there. */
public final class TopicAdmin {
  private TopicAdmin() {}

  /**
   * Creates the topics that are missing; one that exists is left as it is. Retries while Kafka is
   * away, and throws {@link BusUnavailableException} when {@code patience} has run out.
   *
   * @param kafka client settings, {@code bootstrap.servers} at least
   */
  public static void ensure(
      Map<String, Object> kafka, Collection<TopicSpec> topics, Duration patience) {
    throw new UnsupportedOperationException();
  }
}
