package dev.gantry.bus;

import java.time.Duration;
import java.util.Map;

/**
 * A topic as a service wants it.
 *
 * @param config topic settings of Kafka, {@code retention.ms} and the like
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {
  private static final String RECORD_BYTES_MAX = Integer.toString(1 << 20);
  private static final String DEAD_LETTER_BYTES_MAX = Integer.toString(2 << 20);

  /** Takes a copy of the settings. */
  public TopicSpec {
    config = Map.copyOf(config);
  }

  /** A log of records of at most 1 MiB, each kept for a time. */
  public static TopicSpec log(String name, int partitions, Duration retention) {
    return log(name, partitions, retention, RECORD_BYTES_MAX);
  }

  /** A log for dead letters: a record of any log fits, with the headers that say why it is here. */
  public static TopicSpec deadLetters(String name, Duration retention) {
    return log(name, 1, retention, DEAD_LETTER_BYTES_MAX);
  }

  /** The latest record of each key. */
  public static TopicSpec latest(String name) {
    return new TopicSpec(name, 1, Map.of("cleanup.policy", "compact"));
  }

  private static TopicSpec log(
      String name, int partitions, Duration retention, String recordBytesMax) {
    return new TopicSpec(
        name,
        partitions,
        Map.of(
            "cleanup.policy",
            "delete",
            "retention.ms",
            Long.toString(retention.toMillis()),
            "max.message.bytes",
            recordBytesMax,
            // The bound is then one of real bytes: a consumer never meets a compression bomb.
            "compression.type",
            "uncompressed"));
  }
}
