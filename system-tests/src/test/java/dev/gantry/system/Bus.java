package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The bus as a consumer of ours would see it: everything on the platform's topics from the start,
 * and a way to publish that knows nothing of the platform's own classes.
 */
final class Bus implements AutoCloseable {
  static final String RUN_REQUESTS = "gantry.runs.requests.v1";
  static final String RUN_EVENTS = "gantry.runs.events.v1";
  static final String BUILD_REQUESTS = "gantry.builds.requests.v1";
  static final String BUILD_EVENTS = "gantry.builds.events.v1";
  static final String IMAGE_EVENTS = "gantry.images.events.v1";
  private static final List<String> TOPICS =
      List.of(
          RUN_EVENTS, BUILD_EVENTS, IMAGE_EVENTS, RUN_REQUESTS + ".dlt", BUILD_REQUESTS + ".dlt");

  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, List<JsonNode>> facts = new ConcurrentHashMap<>();
  private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private volatile boolean closed;

  Bus(String bootstrap) {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "acks",
                "all",
                "delivery.timeout.ms",
                "120000",
                "enable.idempotence",
                "true"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    reader = Thread.ofPlatform().daemon().name("bus-reader").start(() -> read(bootstrap));
  }

  private void read(String bootstrap) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          TOPICS.stream()
              .flatMap(topic -> consumer.partitionsFor(topic, Duration.ofSeconds(60)).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed) {
        consumer.poll(Duration.ofMillis(100)).forEach(this::take);
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> message) {
    if (message.topic().endsWith(".dlt")) {
      deadLetters.add(message);
      return;
    }
    JsonNode event = json(message.value());
    facts
        .computeIfAbsent(
            key(message.topic(), event.path("subject").asText()), _ -> new CopyOnWriteArrayList<>())
        .add(event);
  }

  private static String key(String topic, String subject) {
    return topic + " " + subject;
  }

  /** Publishes a record as it is and returns once the broker has it. */
  void publish(String topic, String key, String value, Map<String, String> headers) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic,
            key == null ? null : key.getBytes(StandardCharsets.UTF_8),
            value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    headers.forEach(
        (name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(message).get();
    } catch (ExecutionException e) {
      throw new AssertionError("cannot publish to " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Publishes a structured CloudEvent without any header, as {@code kcat} would. */
  void request(String topic, String type, String id, String data) {
    publish(
        topic,
        null,
        """
        {"specversion":"1.0","id":"%s","source":"/system-tests","type":"%s","data":%s}"""
            .formatted(id, type, data),
        Map.of());
  }

  /** Asks for a run by message; returns its id, which follows from the request's identity. */
  String run(String id, String data) {
    request(RUN_REQUESTS, "dev.gantry.run.requested.v1", id, data);
    return Identity.run("/system-tests", id);
  }

  /** The facts about one entity in the order of the log. */
  List<JsonNode> facts(String topic, String subject) {
    return List.copyOf(facts.getOrDefault(key(topic, subject), List.of()));
  }

  /** Their types without the namespace: {@code started}, {@code exited}. */
  List<String> verbs(String topic, String subject) {
    return facts(topic, subject).stream().map(Bus::verb).toList();
  }

  static String verb(JsonNode event) {
    return event.path("type").asText().replaceAll("^dev\\.gantry\\.[a-z]+\\.|\\.v1$", "");
  }

  JsonNode await(String topic, String subject, String verb) {
    return await(topic, subject, verb, Duration.ofSeconds(90));
  }

  JsonNode await(String topic, String subject, String verb, Duration patience) {
    try {
      return Await.value(
          verb + " of " + subject,
          patience,
          () -> facts(topic, subject).stream().filter(e -> verb(e).equals(verb)).findFirst());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; seen: " + facts(topic, subject), e);
    }
  }

  /** Any one of several facts, the first in the log. */
  JsonNode awaitAny(String topic, String subject, List<String> verbs, Duration patience) {
    return Await.value(
        verbs + " of " + subject,
        patience,
        () -> facts(topic, subject).stream().filter(e -> verbs.contains(verb(e))).findFirst());
  }

  /** A dead letter by the offset and partition it came from, or by its untouched value. */
  Optional<Map<String, String>> deadLetter(String topic, String value) {
    return deadLetters.stream()
        .filter(record -> record.topic().equals(topic + ".dlt"))
        .filter(record -> text(record.value()).equals(value))
        .findFirst()
        .map(Bus::headers);
  }

  /** Fails unless the sequence of an entity's facts is 1, 2, 3, … in the order of the log. */
  void assertContiguous(String topic, String subject) {
    List<JsonNode> facts = facts(topic, subject);
    assertThat(facts.stream().map(fact -> fact.path("sequence").asText()).toList())
        .as("sequence of %s: %s", subject, facts)
        .isEqualTo(IntStream.rangeClosed(1, facts.size()).mapToObj(Integer::toString).toList());
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> message) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : message.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    return headers;
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static JsonNode json(byte[] value) {
    try {
      return Platform.JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    producer.close(Duration.ofSeconds(5));
    try {
      reader.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
