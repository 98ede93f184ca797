package dev.gantry.bus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows whole topics, outside any group: every record goes to a sink that keeps the positions
 * itself, together with what it made of the records, so that each counts exactly once.
 */
public final class LogFollower implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LogFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
  private static final long CHECK_NANOS = Duration.ofSeconds(10).toNanos();

  /** Where records go; called on the follower's one thread. */
  public interface Sink {
    /** From where to go on, by partition; one that is not here is read from its beginning. */
    Map<TopicPartition, Long> positions();

    /**
     * Takes records, in order per partition, with the new positions; all or nothing. When it
     * throws, the same records are handed over again after a pause.
     */
    void accept(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions);
  }

  private final Map<String, Object> kafka;
  private final List<String> topics;
  private final Sink sink;
  private final String name;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean healthy;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> current;

  /**
   * @param kafka client settings, {@code bootstrap.servers} at least
   * @param topics that exist
   * @param name for the thread, the client id and log lines
   */
  public LogFollower(Map<String, Object> kafka, Collection<String> topics, Sink sink, String name) {
    this.kafka = Map.copyOf(kafka);
    this.topics = List.copyOf(topics);
    this.sink = sink;
    this.name = name;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Starts the following thread; Kafka need not be there yet. */
  public void start() {
    thread.start();
  }

  /** Whether the thread lives, Kafka answered lately, and the sink takes what there is. */
  public boolean healthy() {
    return thread.isAlive() && healthy;
  }

  /** Stops within seconds; what the sink has not taken is read again after the next start. */
  @Override
  public void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(ClientSettings.consumer(kafka, name))) {
        current = consumer;
        follow(consumer, backoff);
      } catch (WakeupException e) {
        LOG.debugf("%s: woken to stop", name);
      } catch (RuntimeException e) {
        healthy = false;
        LOG.warnf("%s: cannot follow now, will try again: %s", name, e);
        pause(backoff.next());
      } finally {
        current = null;
      }
    }
    healthy = false;
  }

  /** Returns to be called again when the topics have got more partitions. */
  private void follow(KafkaConsumer<byte[], byte[]> consumer, Backoff backoff) {
    List<TopicPartition> partitions = partitions(consumer);
    seek(consumer, partitions);
    long checked = System.nanoTime() - CHECK_NANOS;
    while (!closed) {
      if (System.nanoTime() - checked >= CHECK_NANOS) {
        consumer.endOffsets(partitions.subList(0, 1), ANSWER);
        if (partitions(consumer).size() != partitions.size()) {
          return;
        }
        checked = System.nanoTime();
        healthy = true;
        backoff.reset();
      }
      deliver(consumer);
    }
  }

  private void deliver(KafkaConsumer<byte[], byte[]> consumer) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      records.add(record);
      positions.merge(
          new TopicPartition(record.topic(), record.partition()), record.offset() + 1, Math::max);
    }
    Backoff backoff = new Backoff();
    while (!records.isEmpty() && !closed) {
      try {
        sink.accept(records, positions);
        return;
      } catch (RuntimeException e) {
        healthy = false;
        LOG.warnf("%s: %d records wait, will try again: %s", name, records.size(), e);
        pause(backoff.next());
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      for (PartitionInfo info : consumer.partitionsFor(topic, ANSWER)) {
        partitions.add(new TopicPartition(topic, info.partition()));
      }
    }
    return partitions;
  }

  private void seek(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    Map<TopicPartition, Long> positions = sink.positions();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, ANSWER);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      long beginning = beginnings.getOrDefault(partition, 0L);
      long position = positions.getOrDefault(partition, beginning);
      // A position past the end is from a log that is gone.
      boolean usable = position >= beginning && position <= ends.getOrDefault(partition, 0L);
      consumer.seek(partition, usable ? position : beginning);
    }
  }

  private void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      LOG.debugf("%s: interrupted while waiting", name);
    }
  }
}
