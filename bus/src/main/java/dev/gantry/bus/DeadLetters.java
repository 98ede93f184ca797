package dev.gantry.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.bus.RequestConsumer.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Where records go that nobody can take: untouched, with headers that say why, from where and when.
 * Only a record that does not fit is stripped of its value, which a header says too.
 */
final class DeadLetters implements AutoCloseable {
  static final String REASON = "gantry-dlt-reason";
  static final String MESSAGE = "gantry-dlt-message";
  static final String TOPIC = "gantry-dlt-topic";
  static final String PARTITION = "gantry-dlt-partition";
  static final String OFFSET = "gantry-dlt-offset";
  static final String CONSUMER = "gantry-dlt-consumer";
  static final String AT = "gantry-dlt-at";
  static final String STRIPPED_BYTES = "gantry-dlt-stripped-bytes";

  private static final int MESSAGE_CHARS_MAX = 2_000;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  private final RequestConsumer.Config config;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  DeadLetters(RequestConsumer.Config config) {
    this.config = config;
  }

  /** Done when all replicas have it; fails when Kafka cannot take it now. */
  Future<?> send(ConsumerRecord<byte[], byte[]> record, Verdict.Refused why) {
    return deliver(letter(record, why, record.value()))
        .exceptionallyComposeAsync(
            failure ->
                failure instanceof RecordTooLargeException
                    ? deliver(stripped(record, why))
                    : CompletableFuture.failedFuture(failure));
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(CLOSE_PATIENCE);
    }
  }

  private CompletableFuture<RecordMetadata> deliver(ProducerRecord<byte[], byte[]> letter) {
    CompletableFuture<RecordMetadata> delivered = new CompletableFuture<>();
    producer()
        .send(
            letter,
            (metadata, failure) -> {
              if (failure == null) {
                delivered.complete(metadata);
              } else {
                delivered.completeExceptionally(failure);
              }
            });
    return delivered;
  }

  private ProducerRecord<byte[], byte[]> stripped(
      ConsumerRecord<byte[], byte[]> record, Verdict.Refused why) {
    ProducerRecord<byte[], byte[]> letter = letter(record, why, null);
    letter.headers().add(STRIPPED_BYTES, text(record.serializedValueSize()));
    return letter;
  }

  private ProducerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> record, Verdict.Refused why, byte @Nullable [] value) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(record.topic() + config.dltSuffix(), record.key(), value);
    record.headers().forEach(letter.headers()::add);
    String message = why.message();
    letter
        .headers()
        .add(REASON, text(why.reason()))
        .add(MESSAGE, text(message.substring(0, Math.min(message.length(), MESSAGE_CHARS_MAX))))
        .add(TOPIC, text(record.topic()))
        .add(PARTITION, text(record.partition()))
        .add(OFFSET, text(record.offset()))
        .add(CONSUMER, text(config.name()))
        .add(AT, text(Instant.now()));
    return letter;
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    KafkaProducer<byte[], byte[]> current = producer;
    if (current == null) {
      current =
          new KafkaProducer<>(ClientSettings.producer(config.kafka(), config.name() + "-dlt"));
      producer = current;
    }
    return current;
  }

  private static byte[] text(Object value) {
    return value.toString().getBytes(UTF_8);
  }
}
