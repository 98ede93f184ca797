package dev.gantry.bus;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Whether a consumer's group has answered it lately: poll itself never says that Kafka is away. */
final class GroupHeartbeat {
  private static final String METRIC = "last-heartbeat-seconds-ago";
  private static final double RECENT_SECONDS = 12;
  private static final long CHECK_NANOS = Duration.ofMillis(500).toNanos();

  private final KafkaConsumer<?, ?> consumer;
  private long checkedNanos = System.nanoTime() - CHECK_NANOS;
  private boolean recent;

  GroupHeartbeat(KafkaConsumer<?, ?> consumer) {
    this.consumer = consumer;
  }

  /** As of half a second ago at most; on the consumer's thread. */
  boolean isRecent() {
    long now = System.nanoTime();
    if (now - checkedNanos >= CHECK_NANOS) {
      checkedNanos = now;
      recent = check();
    }
    return recent;
  }

  private boolean check() {
    for (Map.Entry<MetricName, ? extends Metric> metric : consumer.metrics().entrySet()) {
      if (metric.getKey().name().equals(METRIC)) {
        double secondsAgo = ((Number) metric.getValue().metricValue()).doubleValue();
        return secondsAgo >= 0 && secondsAgo < RECENT_SECONDS;
      }
    }
    return false;
  }
}
