package dev.gantry.bus;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Consumes requests at least once, in order per partition: a record's offset is committed when the
 * handler has accepted it durably, or when it lies among the dead letters. A record that is retried
 * holds up its own partition only, and never the membership in the group.
 *
 * <p>The member is a static one: when it is killed and comes back under its name, it goes on at
 * once with the partitions that it had.
 */
public final class RequestConsumer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RequestConsumer.class);
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
  private static final long SLICE_NANOS = Duration.ofMillis(500).toNanos();
  private static final long STUCK_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int SESSION_MILLIS = 10_000;

  /**
   * What to consume and how.
   *
   * @param kafka client settings, {@code bootstrap.servers} at least
   * @param topics whose records the handler takes
   * @param dltSuffix appended to a topic's name: where refused records go
   * @param name unique among the group's members and the same after a restart; also for the thread,
   *     the client id, log lines and dead letters
   */
  public record Config(
      Map<String, Object> kafka,
      String group,
      Collection<String> topics,
      String dltSuffix,
      String name) {
    /** Takes copies of settings and topics. */
    public Config {
      kafka = Map.copyOf(kafka);
      topics = List.copyOf(topics);
    }
  }

  /** Takes records, on the consumer's one thread. */
  public interface Handler {
    /**
     * Accepts a record durably, or refuses it for good. An exception says that it cannot tell yet:
     * the record is handed over again after a pause, and the ones behind it in its partition wait.
     */
    Verdict handle(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  /** What became of a record. */
  public sealed interface Verdict {
    /** It is durable elsewhere; it need not be delivered again. */
    record Accepted() implements Verdict {}

    /** Nobody can ever take it: it goes to the dead letters, with this reason. */
    record Refused(String reason, String message) implements Verdict {}
  }

  private final Config config;
  private final Handler handler;
  private final Thread thread;
  private final Map<TopicPartition, PartitionQueue> queues = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
  private volatile boolean closed;
  private volatile boolean connected;
  private volatile boolean stuck;
  private volatile int waiting;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> current;

  /** Nothing is consumed before {@link #start}. */
  public RequestConsumer(Config config, Handler handler) {
    this.config = config;
    this.handler = handler;
    this.thread = Thread.ofPlatform().daemon().name(config.name()).unstarted(this::run);
  }

  /** Starts the consuming thread; Kafka need not be there yet. */
  public void start() {
    thread.start();
  }

  /** Whether the thread lives, the group has answered lately, and no record is stuck for long. */
  public boolean healthy() {
    return thread.isAlive() && connected && !stuck;
  }

  /** How many records are fetched and not done: bounded, whatever waits in Kafka. */
  public int waiting() {
    return waiting;
  }

  /** Stops within seconds; the record in hand is delivered again unless it was done. */
  @Override
  public void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(CLOSE_PATIENCE.plus(CLOSE_PATIENCE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try (DeadLetters letters = new DeadLetters(config)) {
        consume(letters, backoff);
      } catch (WakeupException e) {
        LOG.debugf("%s: woken to stop", config.name());
      } catch (RuntimeException e) {
        connected = false;
        LOG.warnf(e, "%s: cannot consume now, will try again", config.name());
        pause(backoff.next());
      }
    }
    connected = false;
  }

  private void consume(DeadLetters letters, Backoff backoff) {
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings());
    GroupHeartbeat heartbeat = new GroupHeartbeat(consumer);
    current = consumer;
    try {
      consumer.subscribe(config.topics(), new Rebalance(consumer));
      while (!closed) {
        poll(consumer);
        work(letters);
        commit(consumer);
        connected = heartbeat.isRecent();
        if (connected) {
          backoff.reset();
        }
      }
    } finally {
      current = null;
      closeQuietly(consumer);
      queues.clear();
      uncommitted.clear();
    }
  }

  /** Fetches, for partitions that have nothing waiting; keeps the membership in any case. */
  private void poll(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> busy =
        queues.entrySet().stream()
            .filter(entry -> !entry.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    consumer.pause(busy);
    long now = System.nanoTime();
    Duration untilDue =
        queues.values().stream()
            .filter(queue -> !queue.isEmpty())
            .map(queue -> queue.untilDue(now))
            .min(Duration::compareTo)
            .orElse(IDLE);
    for (ConsumerRecord<byte[], byte[]> record :
        consumer.poll(untilDue.compareTo(IDLE) < 0 ? untilDue : IDLE)) {
      queues
          .computeIfAbsent(
              new TopicPartition(record.topic(), record.partition()), _ -> new PartitionQueue())
          .add(record);
    }
    consumer.resume(busy.stream().filter(consumer.assignment()::contains).toList());
  }

  /** Handles what is due, for as long as the group may be kept waiting. */
  private void work(DeadLetters letters) {
    long deadline = System.nanoTime() + SLICE_NANOS;
    boolean progress = true;
    while (progress && !closed && System.nanoTime() < deadline) {
      progress = false;
      for (Map.Entry<TopicPartition, PartitionQueue> entry : queues.entrySet()) {
        progress |= step(entry.getKey(), entry.getValue(), letters);
      }
    }
    long now = System.nanoTime();
    waiting = queues.values().stream().mapToInt(PartitionQueue::size).sum();
    stuck = queues.values().stream().anyMatch(queue -> queue.isStuck(now, STUCK_NANOS));
  }

  /** One record of one partition; false when there is none that is due. */
  private boolean step(TopicPartition partition, PartitionQueue queue, DeadLetters letters) {
    if (queue.isEmpty() || queue.untilDue(System.nanoTime()).isPositive()) {
      return false;
    }
    ConsumerRecord<byte[], byte[]> record = queue.head();
    try {
      if (queue.settle(record, handler, letters)) {
        queue.done();
        uncommitted.put(partition, new OffsetAndMetadata(record.offset() + 1));
        return true;
      }
      return false;
    } catch (InterruptedException e) {
      LOG.debugf("%s: interrupted at %s", config.name(), partition);
    } catch (Exception e) {
      LOG.warnf(
          "%s: %s@%d waits, will be tried again: %s", config.name(), partition, record.offset(), e);
    }
    queue.retryLater(System.nanoTime());
    return false;
  }

  /** Without waiting: what is committed late is at worst delivered twice. */
  private void commit(KafkaConsumer<byte[], byte[]> consumer) {
    if (!uncommitted.isEmpty()) {
      consumer.commitAsync(
          Map.copyOf(uncommitted),
          (_, failure) -> {
            if (failure != null) {
              LOG.debugf("%s: offsets are committed later: %s", config.name(), failure);
            }
          });
      uncommitted.clear();
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = ClientSettings.consumer(config.kafka(), config.name());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.group());
    settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.name());
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / 5);
    return settings;
  }

  private void closeQuietly(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
    } catch (KafkaException e) {
      LOG.debugf(e, "%s: the consumer did not close cleanly", config.name());
    }
  }

  private void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      LOG.debugf("%s: interrupted while waiting", config.name());
    }
  }

  /** Partitions come and go; what is done in one that goes is committed while it is still ours. */
  private final class Rebalance implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;

    Rebalance(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      LOG.infof("%s: consumes %s", config.name(), partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      try {
        consumer.commitSync(Map.copyOf(uncommitted), COMMIT_PATIENCE);
      } catch (KafkaException e) {
        LOG.debugf("%s: offsets are not committed: %s", config.name(), e);
      }
      onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      queues.keySet().removeAll(partitions);
      uncommitted.keySet().removeAll(partitions);
    }
  }
}
