package dev.gantry.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes facts from a durable outbox: in order, and each exactly once in the log, whatever is
 * killed when. An outbox has one publisher at a time.
 *
 * <p>A fact is sent, acknowledged by all replicas, then marked in the outbox. Between
 * acknowledgement and mark it is in doubt: after a start, or after an error that the idempotent
 * producer cannot resolve itself, the publisher reads the log from the outbox's marks to its end
 * and marks what it finds there, before it sends anything.
 */
public final class FactPublisher implements AutoCloseable {
  /** The header that carries the event's id, so that the log can be searched without parsing. */
  public static final String EVENT_ID_HEADER = "gantry-event-id";

  private static final Logger LOG = Logger.getLogger(FactPublisher.class);
  private static final int BATCH_MAX = 256;
  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
  private static final long ACK_CHECK_MILLIS = 1_000;
  private static final long UNHEALTHY_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

  private final Map<String, Object> kafka;
  private final Outbox outbox;
  private final String name;
  private final Thread thread;
  private final Object waitLock = new Object();
  private boolean woken;
  private boolean waiting;
  private volatile boolean closed;
  private volatile boolean failing;
  private volatile long waitingForAckSince;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  /**
   * @param kafka client settings, {@code bootstrap.servers} at least
   * @param name for the thread, the client id and log lines
   */
  public FactPublisher(Map<String, Object> kafka, Outbox outbox, String name) {
    this.kafka = Map.copyOf(kafka);
    this.outbox = outbox;
    this.name = name;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Starts the publishing thread; Kafka need not be there yet. */
  public void start() {
    thread.start();
  }

  /** Says that the outbox may have more. Never blocks. */
  public void wake() {
    synchronized (waitLock) {
      woken = true;
      if (waiting) {
        thread.interrupt();
      }
    }
  }

  /** Whether the thread lives, and what there was to publish was published without an error. */
  public boolean healthy() {
    long since = waitingForAckSince;
    return thread.isAlive()
        && !failing
        && (since == 0 || System.nanoTime() - since < UNHEALTHY_AFTER_NANOS);
  }

  /** Stops within seconds; what is not marked is published after the next start. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(CLOSE_PATIENCE.plus(CLOSE_PATIENCE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try {
        publishUntilClosed(backoff);
      } catch (RuntimeException | ExecutionException e) {
        failing = true;
        discardProducer();
        if (!closed) {
          LOG.warnf("%s: cannot publish now, will try again: %s", name, e);
          await(backoff.next());
        }
      }
    }
    discardProducer();
  }

  private void publishUntilClosed(Backoff backoff) throws ExecutionException {
    boolean inDoubt = true;
    warmUp();
    while (!closed) {
      List<Pending> facts = outbox.next(BATCH_MAX);
      if (facts.isEmpty()) {
        succeeded(backoff);
        awaitMore();
      } else if (inDoubt) {
        // Sent once at most before a mark is a batch; late commits may have put others before it.
        settle(outbox.next(2 * BATCH_MAX));
        inDoubt = false;
      } else {
        publish(facts);
        succeeded(backoff);
      }
    }
  }

  /** The first fact should not wait for connections and metadata. */
  private void warmUp() {
    KafkaProducer<byte[], byte[]> sender = producer();
    outbox.marks().keySet().stream()
        .map(TopicPartition::topic)
        .distinct()
        .forEach(sender::partitionsFor);
  }

  private void succeeded(Backoff backoff) {
    failing = false;
    backoff.reset();
  }

  /** Marks those of the facts that are in the log already. */
  private void settle(List<Pending> facts) {
    LogSearch.Found found = LogSearch.search(kafka, name + "-search", facts, outbox.marks());
    if (!found.facts().isEmpty()) {
      LOG.infof("%s: %d facts had been published before", name, found.facts().size());
    }
    mark(found.facts(), found.ends());
  }

  private void publish(List<Pending> facts) throws ExecutionException {
    KafkaProducer<byte[], byte[]> sender = producer();
    List<Future<RecordMetadata>> acks = new ArrayList<>(facts.size());
    waitingForAckSince = System.nanoTime();
    for (Pending fact : facts) {
      Future<RecordMetadata> ack = sender.send(record(fact));
      acks.add(ack);
      if (ack.state() == Future.State.FAILED) {
        // Nothing may overtake it.
        break;
      }
    }
    Map<TopicPartition, Long> nextOffsets = new HashMap<>();
    for (Future<RecordMetadata> ack : acks) {
      RecordMetadata sent = acknowledged(ack);
      if (sent == null) {
        return;
      }
      nextOffsets.merge(
          new TopicPartition(sent.topic(), sent.partition()), sent.offset() + 1, Math::max);
    }
    waitingForAckSince = 0;
    mark(facts, nextOffsets);
  }

  /** Null when the publisher is closed before the acknowledgement: the facts stay in doubt. */
  private @Nullable RecordMetadata acknowledged(Future<RecordMetadata> ack)
      throws ExecutionException {
    while (true) {
      try {
        return ack.get(ACK_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | InterruptedException e) {
        if (closed) {
          return null;
        }
      }
    }
  }

  /** What is in the log must be marked before anything else is sent, however long it takes. */
  private void mark(List<Pending> facts, Map<TopicPartition, Long> nextOffsets) {
    Backoff backoff = new Backoff();
    while (!closed) {
      try {
        outbox.published(facts, nextOffsets);
        return;
      } catch (RuntimeException e) {
        failing = true;
        LOG.warnf("%s: cannot mark %d facts, will try again: %s", name, facts.size(), e);
        await(backoff.next());
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(Pending fact) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(fact.topic(), fact.key().getBytes(UTF_8), fact.value());
    fact.headers().forEach(record.headers()::add);
    record.headers().add(EVENT_ID_HEADER, fact.eventId().getBytes(UTF_8));
    return record;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    KafkaProducer<byte[], byte[]> current = producer;
    if (current == null) {
      current = new KafkaProducer<>(ClientSettings.producer(kafka, name));
      producer = current;
    }
    return current;
  }

  private void discardProducer() {
    KafkaProducer<byte[], byte[]> current = producer;
    producer = null;
    waitingForAckSince = 0;
    if (current != null) {
      try {
        current.close(closed ? CLOSE_PATIENCE : Duration.ZERO);
      } catch (KafkaException e) {
        LOG.debugf(e, "%s: the producer did not close cleanly", name);
      }
    }
  }

  private void awaitMore() {
    pause(() -> outbox.awaitMore(IDLE));
  }

  private void await(Duration time) {
    pause(() -> Thread.sleep(time));
  }

  /** Waits where {@link #wake} may interrupt, and nowhere else. */
  private void pause(Pause pause) {
    synchronized (waitLock) {
      if (woken || closed) {
        woken = false;
        return;
      }
      waiting = true;
    }
    try {
      pause.await();
    } catch (InterruptedException e) {
      LOG.tracef("%s: woken", name);
    } finally {
      synchronized (waitLock) {
        waiting = false;
        woken = false;
        Thread.interrupted();
      }
    }
  }

  private interface Pause {
    void await() throws InterruptedException;
  }
}
