package dev.gantry.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.embedded.EmbeddedKafka;
import dev.gantry.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker for one test class, which can be stopped and started in between. */
final class Broker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path data;
  private final int port;
  private final int controllerPort;
  private EmbeddedKafka kafka;

  Broker() {
    try {
      Files.createDirectories(Path.of("target"));
      data = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "kafka-");
      port = FreePort.find();
      controllerPort = FreePort.find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Broker start() {
    try {
      kafka = EmbeddedKafka.start(data, port, controllerPort);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    if (kafka != null) {
      kafka.close();
      kafka = null;
    }
  }

  @Override
  public void close() {
    stop();
  }

  Map<String, Object> settings() {
    return Map.of("bootstrap.servers", "127.0.0.1:" + port);
  }

  /** A new topic with its dead letters. */
  String topic(int partitions) {
    String name = "t-" + UUID.randomUUID();
    TopicAdmin.ensure(
        settings(),
        List.of(
            TopicSpec.log(name, partitions, Duration.ofDays(1)),
            TopicSpec.deadLetters(name + ".dlt", Duration.ofDays(1))),
        PATIENCE);
    return name;
  }

  void send(String topic, int partition, String... values) {
    send(
        Stream.of(values)
            .map(
                value ->
                    new ProducerRecord<byte[], byte[]>(
                        topic, partition, null, value.getBytes(UTF_8)))
            .toList());
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    send(List.of(record));
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (Future<?> sent : records.stream().map(producer::send).toList()) {
        sent.get();
      }
    } catch (Exception e) {
      throw new IllegalStateException("cannot send", e);
    }
  }

  /** Everything that a topic holds now, by partition and offset. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            clientSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream().map(Broker::partition).toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  List<String> values(String topic) {
    return read(topic).stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  private Map<String, Object> clientSettings() {
    Map<String, Object> settings = new HashMap<>(settings());
    settings.put("max.request.size", 8 << 20);
    return settings;
  }

  private static TopicPartition partition(PartitionInfo info) {
    return new TopicPartition(info.topic(), info.partition());
  }

  /** Waits for what must come about; fails when it has not within a generous time. */
  static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it has not come about within " + PATIENCE);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
