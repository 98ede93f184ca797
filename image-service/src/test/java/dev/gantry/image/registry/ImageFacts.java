package dev.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the log says of one repository, read from its beginning. */
final class ImageFacts {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ImageFacts() {}

  /** A record of the log. */
  record Fact(String key, Envelope<? extends Event> envelope) {
    Event event() {
      return envelope.data();
    }
  }

  /** So many facts, which are all that the log holds when they are there. */
  static List<Fact> read(String bootstrapServers, String repository, int count) {
    List<Fact> facts = atLeast(bootstrapServers, repository, count);
    assertThat(facts).hasSize(count);
    return facts;
  }

  /** At least so many facts, and then all that the log holds when they are there. */
  static List<Fact> atLeast(String bootstrapServers, String repository, int count) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < Topics.PARTITIONS; i++) {
        partitions.add(new TopicPartition(Topics.IMAGE_EVENTS, i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<Fact> facts = new ArrayList<>();
      Instant deadline = Instant.now().plus(PATIENCE);
      while (facts.size() < count && Instant.now().isBefore(deadline)) {
        poll(consumer, repository, facts);
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (behind(consumer, ends) && Instant.now().isBefore(deadline)) {
        poll(consumer, repository, facts);
      }
      assertThat(facts).hasSizeGreaterThanOrEqualTo(count);
      return facts;
    }
  }

  private static boolean behind(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private static void poll(
      KafkaConsumer<byte[], byte[]> consumer, String repository, List<Fact> facts) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (key.equals(repository)) {
        facts.add(new Fact(key, decoded(record)));
      }
    }
  }

  private static Envelope<? extends Event> decoded(ConsumerRecord<byte[], byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value());
    }
    return switch (new CloudEventCodec().decode(record.value(), headers)) {
      case Decoded.Ok ok -> ok.envelope();
      case Decoded.Refused refused -> throw new AssertionError(refused);
      case Decoded.Malformed malformed -> throw new AssertionError(malformed);
    };
  }
}
