package dev.gantry.bus;

import static dev.gantry.bus.Broker.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LogFollowerIT {
  private static final Broker BROKER = new Broker();
  private final MemorySink sink = new MemorySink();

  @BeforeAll
  static void start() {
    BROKER.start();
  }

  @AfterAll
  static void stop() {
    BROKER.close();
  }

  @Test
  void everythingFromTheBeginningArrives() {
    String topic = BROKER.topic(2);
    BROKER.send(topic, 0, "a", "b");
    BROKER.send(topic, 1, "c");

    try (LogFollower follower = follower(topic)) {
      follower.start();
      eventually(() -> sink.values.size() == 3);
    }

    assertThat(sink.values).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void theNextFollowerGoesOnWhereTheSinkIs() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "a");
    try (LogFollower follower = follower(topic)) {
      follower.start();
      eventually(() -> sink.values.size() == 1);
    }
    BROKER.send(topic, 0, "b");

    try (LogFollower next = follower(topic)) {
      next.start();
      eventually(() -> sink.values.size() == 2);
    }

    assertThat(sink.values).containsExactly("a", "b");
  }

  @Test
  void aSinkThatFailsGetsTheSameRecordsAgain() {
    String topic = BROKER.topic(1);
    sink.failures = 2;
    BROKER.send(topic, 0, "a", "b");

    try (LogFollower follower = follower(topic)) {
      follower.start();
      eventually(() -> sink.values.size() == 2);
    }

    assertThat(sink.values).containsExactly("a", "b");
  }

  @Test
  void aPositionPastTheEndMeansAnotherLogAndItsBeginning() {
    String topic = BROKER.topic(1);
    sink.positions.put(new TopicPartition(topic, 0), 99L);
    BROKER.send(topic, 0, "a");

    try (LogFollower follower = follower(topic)) {
      follower.start();
      eventually(() -> sink.values.size() == 1);
    }

    assertThat(sink.values).containsExactly("a");
  }

  private LogFollower follower(String topic) {
    return new LogFollower(BROKER.settings(), List.of(topic), sink, "follower");
  }

  private static final class MemorySink implements LogFollower.Sink {
    private final Queue<String> values = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private int failures;

    @Override
    public Map<TopicPartition, Long> positions() {
      return Map.copyOf(positions);
    }

    @Override
    public void accept(
        List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> next) {
      if (failures-- > 0) {
        throw new IllegalStateException("not now");
      }
      records.forEach(record -> values.add(new String(record.value(), UTF_8)));
      positions.putAll(next);
    }
  }
}
