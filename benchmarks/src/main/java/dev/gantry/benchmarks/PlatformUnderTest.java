package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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
  private static final String PREFIX = "dev.gantry.run.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Fact> unread = new HashMap<>();

  /**
   * A fact about a run of ours.
   *
   * @param verb {@code started}, {@code exited}…
   * @param name of the run
   * @param at its time, as the fact says
   * @param receivedNanos {@link System#nanoTime} when we had it
   */
  record Fact(String verb, String name, Instant at, JsonNode data, long receivedNanos) {}

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

  /** A name that no run of an earlier benchmark has. */
  static String name(int number) {
    return "bench-" + ProcessHandle.current().pid() + "-" + number;
  }

  /** Asks for a run. */
  Future<?> run(String spec) {
    return publish("dev.gantry.run.requested.v1", spec);
  }

  /** Asks for its removal, whatever it does. */
  Future<?> remove(String name) {
    return publish(
        "dev.gantry.run.remove-requested.v1", "{\"run\":\"%s\",\"force\":true}".formatted(name));
  }

  /** Waits until the broker has a request. */
  static void acknowledged(Future<?> request) {
    try {
      request.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot publish", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Future<?> publish(String type, String data) {
    String id = UUID.randomUUID().toString();
    byte[] value =
        """
        {"specversion":"1.0","id":"%s","source":"/benchmarks","type":"%s","data":%s}"""
            .formatted(id, type, data)
            .getBytes(StandardCharsets.UTF_8);
    return producer.send(new ProducerRecord<>(REQUESTS, value));
  }

  /**
   * The facts that arrive next, of whichever run has a name.
   *
   * @throws IllegalStateException when one of them says that a run of this process was rejected
   */
  List<Fact> poll(Duration patience) throws IOException {
    List<Fact> facts = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
      long now = System.nanoTime();
      JsonNode event = JSON.readTree(record.value());
      String type = event.path("type").asText();
      String verb = type.substring(PREFIX.length(), type.lastIndexOf('.'));
      Instant at = Instant.parse(event.path("time").asText());
      Fact fact = new Fact(verb, event.at("/data/name").asText(), at, event.path("data"), now);
      if (verb.equals("rejected") && fact.name().startsWith(name(0).replaceFirst("0$", ""))) {
        throw new IllegalStateException("the run was rejected: " + event);
      }
      facts.add(fact);
    }
    return facts;
  }

  /** Waits for a fact of a kind about the run with a name. */
  Fact await(String name, String verb, Duration patience) throws IOException {
    String wanted = verb + " " + name;
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      Fact fact = unread.remove(wanted);
      if (fact != null) {
        return fact;
      }
      for (Fact each : poll(Duration.ofMillis(100))) {
        unread.put(each.verb() + " " + each.name(), each);
      }
    }
    throw new IllegalStateException("no " + wanted + " within " + patience);
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
