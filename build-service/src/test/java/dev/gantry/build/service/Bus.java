package dev.gantry.build.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The bus as somebody else sees it: nothing of ours between the test and Kafka. */
final class Bus implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  static final String REQUESTS = "gantry.builds.requests.v1";
  static final String EVENTS = "gantry.builds.events.v1";
  static final String DEAD = "gantry.builds.requests.v1.dlt";

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<JsonNode> events = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> dead = new ArrayList<>();

  Bus(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Begins to listen; the topics are there. */
  void listen() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(EVENTS, DEAD)) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  void send(String value) throws Exception {
    producer.send(new ProducerRecord<>(REQUESTS, value.getBytes(StandardCharsets.UTF_8))).get();
  }

  void send(int partition, String value) throws Exception {
    producer
        .send(
            new ProducerRecord<>(REQUESTS, partition, null, value.getBytes(StandardCharsets.UTF_8)))
        .get();
  }

  void send(Map<String, String> headers, String value) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(REQUESTS, value.getBytes(StandardCharsets.UTF_8));
    headers.forEach((k, v) -> record.headers().add(k, v.getBytes(StandardCharsets.UTF_8)));
    producer.send(record).get();
  }

  /** A structured request; returns nothing: the run's id follows from id and source. */
  static String request(String id, String type, String data) {
    return "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/test\",\"type\":\"%s\",\"data\":%s}"
        .formatted(id, type, data);
  }

  synchronized List<JsonNode> events(String subject) {
    poll();
    return events.stream().filter(e -> e.path("subject").asText().equals(subject)).toList();
  }

  /** The verbs of a run's events so far. */
  List<String> verbs(String subject) {
    return events(subject).stream().map(Bus::verb).toList();
  }

  static String verb(JsonNode event) {
    String type = event.path("type").asText();
    return type.replace("dev.gantry.build.", "").replace(".v1", "");
  }

  /** Waits for an event of a run. */
  JsonNode await(String subject, String verb) {
    try {
      return Await.value(
          verb + " of " + subject,
          () -> events(subject).stream().filter(e -> verb(e).equals(verb)).findFirst());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; there is " + events(subject), e);
    }
  }

  synchronized Optional<ConsumerRecord<byte[], byte[]>> deadLetter(String value) {
    poll();
    return dead.stream()
        .filter(r -> new String(r.value(), StandardCharsets.UTF_8).equals(value))
        .findFirst();
  }

  static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  synchronized Collection<JsonNode> all() {
    poll();
    return List.copyOf(events);
  }

  private void poll() {
    consumer
        .poll(Duration.ofMillis(20))
        .forEach(
            record -> {
              if (record.topic().equals(DEAD)) {
                dead.add(record);
              } else {
                events.add(json(record.value()));
              }
            });
  }

  private static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
