package dev.gantry.run.request;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends events that are not facts of runs: nothing is lost when one of them is. Thread-safe. */
public final class BusProducer implements AutoCloseable {
  /** How long a record is tried, its first search for Kafka included. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CloudEventCodec codec;
  private final KafkaProducer<String, byte[]> producer;

  /**
   * A producer that connects when it is first used.
   *
   * @param kafka client settings, {@code bootstrap.servers} at least
   */
  public BusProducer(Map<String, Object> kafka, CloudEventCodec codec) {
    this.codec = codec;
    int patience = (int) PATIENCE.toMillis();
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "run-service-requests");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patience);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** Pays for the first use before somebody waits for it; throws when Kafka is away. */
  public void warmUp() {
    producer.partitionsFor(Topics.RUN_REQUESTS);
  }

  /** Sends an event to its topic. */
  public Future<RecordMetadata> send(String key, Envelope<?> event) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.of(event.type()), key, codec.encode(event));
    CloudEventCodec.headers().forEach((name, value) -> record.headers().add(name, value));
    return producer.send(record);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
