package dev.gantry.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/** Looks for facts in the log, between an outbox's marks and the end. */
final class LogSearch {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration STALL = Duration.ofSeconds(20);

  /**
   * What was found.
   *
   * @param ends how far each partition was read
   */
  record Found(List<Pending> facts, Map<TopicPartition, Long> ends) {}

  private LogSearch() {}

  /**
   * Reads all partitions of the facts' topics; memory is bounded by the facts, not by the log.
   *
   * @param marks where to begin; a partition without a mark is read from its beginning
   * @throws org.apache.kafka.common.KafkaException Kafka is away, or stopped answering
   */
  static Found search(
      Map<String, Object> kafka,
      String clientId,
      Collection<Pending> facts,
      Map<TopicPartition, Long> marks) {
    Map<String, Pending> wanted = new HashMap<>();
    facts.forEach(fact -> wanted.put(key(fact.topic(), fact.eventId()), fact));
    Map<String, Object> settings = ClientSettings.consumer(kafka, clientId);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      List<TopicPartition> partitions =
          facts.stream()
              .map(Pending::topic)
              .distinct()
              .flatMap(topic -> consumer.partitionsFor(topic, ANSWER).stream())
              .map(LogSearch::partition)
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
      seek(consumer, partitions, ends, marks);
      return new Found(read(consumer, ends, wanted), ends);
    }
  }

  private static void seek(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, Long> marks) {
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, ANSWER);
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      long beginning = beginnings.getOrDefault(partition, 0L);
      long mark = marks.getOrDefault(partition, beginning);
      // A mark past the end is from a log that is gone.
      boolean usable = mark >= beginning && mark <= ends.getOrDefault(partition, 0L);
      consumer.seek(partition, usable ? mark : beginning);
    }
  }

  private static List<Pending> read(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Map<String, Pending> wanted) {
    List<Pending> found = new ArrayList<>();
    long lastProgress = System.nanoTime();
    while (!atEnd(consumer, ends)) {
      Map<TopicPartition, Long> before = positions(consumer, ends);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Header id = record.headers().lastHeader(FactPublisher.EVENT_ID_HEADER);
        Pending fact =
            id == null ? null : wanted.remove(key(record.topic(), new String(id.value(), UTF_8)));
        if (fact != null) {
          found.add(fact);
        }
      }
      if (!before.equals(positions(consumer, ends))) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > STALL.toNanos()) {
        throw new TimeoutException("the log cannot be read to its end");
      }
    }
    return found;
  }

  private static boolean atEnd(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), ANSWER) >= end.getValue());
  }

  private static Map<TopicPartition, Long> positions(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    ends.keySet().forEach(p -> positions.put(p, consumer.position(p, ANSWER)));
    return positions;
  }

  private static TopicPartition partition(PartitionInfo info) {
    return new TopicPartition(info.topic(), info.partition());
  }

  private static String key(String topic, String eventId) {
    return topic + '\n' + eventId;
  }
}
