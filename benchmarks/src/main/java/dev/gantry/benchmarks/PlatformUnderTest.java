package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A running platform as a pipeline sees it: requests in, facts out, over Kafka alone. */
final class PlatformUnderTest implements AutoCloseable {
  private static final String REQUESTS = "gantry.runs.requests.v1";
  private static final String FACTS = "gantry.runs.events.v1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, JsonNode> unread = new HashMap<>();

  PlatformUnderTest(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(FACTS).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Publishes a request of our own source; returns once the broker has it. */
  void publish(String type, String data) {
    String id = UUID.randomUUID().toString();
    byte[] value =
        """
        {"specversion":"1.0","id":"%s","source":"/benchmarks","type":"%s","data":%s}"""
            .formatted(id, type, data)
            .getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(REQUESTS, value)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot publish", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits for a fact of a kind about the run with a name. */
  JsonNode await(String name, String verb, Duration patience) throws IOException {
    String wanted = "dev.gantry.run." + verb + ".v1 " + name;
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode fact = unread.remove(wanted);
      if (fact != null) {
        return fact;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        JsonNode event = JSON.readTree(record.value());
        unread.put(event.path("type").asText() + " " + event.at("/data/name").asText(), event);
        refuse(event, name);
      }
    }
    throw new IllegalStateException("no " + wanted + " within " + patience);
  }

  private static void refuse(JsonNode event, String name) {
    if (event.path("type").asText().equals("dev.gantry.run.rejected.v1")
        && event.at("/data/name").asText().equals(name)) {
      throw new IllegalStateException("the run was rejected: " + event);
    }
  }

  /** Forgets facts that nobody waits for any more. */
  void forget() {
    unread.clear();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
    consumer.close();
  }
}
