package dev.gantry.bus;

import java.time.Duration;
import java.util.Map;

/**
 * A topic as a service wants it.
 *
 * @param config topic settings of Kafka, {@code retention.ms} and the like
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {
  public TopicSpec {
    config = Map.copyOf(config);
  }

  /** A log of records, each kept for a time. */
  public static TopicSpec log(String name, int partitions, Duration retention) {
    return new TopicSpec(
        name,
        partitions,
        Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(retention.toMillis())));
  }

  /** The latest record of each key. */
  public static TopicSpec latest(String name) {
    return new TopicSpec(name, 1, Map.of("cleanup.policy", "compact"));
  }
}
