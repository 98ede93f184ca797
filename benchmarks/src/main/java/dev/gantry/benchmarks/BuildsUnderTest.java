package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The builder of a running platform: contexts in over HTTP, facts out over Kafka. */
final class BuildsUnderTest implements AutoCloseable {
  private static final String FACTS = "gantry.builds.events.v1";
  private static final String PREFIX = "dev.gantry.build.";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI service;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A build from before its submission to the arrival of its last fact.
   *
   * @param millis in between
   * @param parts milliseconds between its facts, as they say themselves, by what lies between
   */
  record Built(double millis, Map<String, Double> parts) {}

  BuildsUnderTest(String bootstrapServers, URI service) {
    this.service = service;
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

  /**
   * Submits an archive and waits for the end.
   *
   * @throws IllegalStateException when it does not succeed
   */
  Built build(byte[] archive, boolean cache) throws IOException {
    URI uri = service.resolve("/v1/builds?tag=gantry-bench:1" + (cache ? "" : "&noCache=true"));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-tar")
            .POST(BodyPublishers.ofByteArray(archive))
            .build();
    Instant submitted = Instant.now();
    long begun = System.nanoTime();
    String id = submit(request);
    return await(id, submitted, begun);
  }

  private String submit(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      JsonNode document = JSON.readTree(answer.body());
      if (answer.statusCode() != 202) {
        throw new IllegalStateException("the build was refused: " + document);
      }
      return document.path("id").asText();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Built await(String id, Instant submitted, long begun) throws IOException {
    long deadline = begun + PATIENCE.toNanos();
    List<JsonNode> facts = new ArrayList<>();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        long now = System.nanoTime();
        JsonNode fact = JSON.readTree(record.value());
        if (fact.path("subject").asText().equals(id)) {
          facts.add(fact);
          String type = fact.path("type").asText();
          if (type.startsWith(PREFIX + "succeeded")) {
            return new Built((now - begun) / 1e6, parts(submitted, facts));
          }
          if (type.startsWith(PREFIX + "failed") || type.startsWith(PREFIX + "cancelled")) {
            throw new IllegalStateException("the build did not succeed: " + fact);
          }
        }
      }
    }
    throw new IllegalStateException("build " + id + " did not end within " + PATIENCE);
  }

  private static Map<String, Double> parts(Instant submitted, List<JsonNode> facts) {
    Instant queued = at(facts, "queued");
    Instant started = at(facts, "started");
    Instant succeeded = at(facts, "succeeded");
    return Map.of(
        "submitted → queued", millis(submitted, queued),
        "queued → started", millis(queued, started),
        "started → succeeded", millis(started, succeeded));
  }

  private static Instant at(List<JsonNode> facts, String verb) {
    return facts.stream()
        .filter(fact -> fact.path("type").asText().startsWith(PREFIX + verb))
        .map(fact -> Instant.parse(fact.path("time").asText()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no fact " + verb));
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  @Override
  public void close() {
    http.close();
    consumer.close();
  }
}
