package dev.gantry.bus;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Consumes requests at least once, in order per partition: a record's offset is committed when the
 * handler has accepted it durably, or when it lies among the dead letters.
 */
public final class RequestConsumer implements AutoCloseable {

  /**
   * What to consume and how.
   *
   * @param kafka client settings, {@code bootstrap.servers} at least
   * @param dltSuffix appended to a topic's name: where refused records go
   * @param name for the thread, the client id, log lines and dead letters
   */
  public record Config(
      Map<String, Object> kafka,
      String group,
      Collection<String> topics,
      String dltSuffix,
      String name) {
    public Config {
      kafka = Map.copyOf(kafka);
      topics = List.copyOf(topics);
    }
  }

  /** Takes records, on the consumer's one thread. */
  public interface Handler {
    /**
     * Accepts a record durably, or refuses it for good. An exception says that it cannot tell yet:
     * the record is handed over again after a pause, and the ones behind it in its partition wait.
     */
    Verdict handle(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  /** What became of a record. */
  public sealed interface Verdict {
    /** It is durable elsewhere; it need not be delivered again. */
    record Accepted() implements Verdict {}

    /** Nobody can ever take it: it goes to the dead letters, with this reason. */
    record Refused(String reason, String message) implements Verdict {}
  }

  public RequestConsumer(Config config, Handler handler) {}

  /** Starts the consuming thread; Kafka need not be there yet. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Whether the thread lives, Kafka answers, and no record has been retried for long. */
  public boolean healthy() {
    throw new UnsupportedOperationException();
  }

  /** Stops within seconds; the record in hand is delivered again unless it was done. */
  @Override
  public void close() {}
}
