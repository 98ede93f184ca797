package dev.gantry.bus;

import dev.gantry.bus.RequestConsumer.Handler;
import dev.gantry.bus.RequestConsumer.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The records of one partition that are fetched and not done, oldest first. */
final class PartitionQueue {
  private static final long LETTER_MILLIS_MAX = 20;

  private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
  private final Backoff backoff = new Backoff();
  private @Nullable Future<?> letter;
  private long dueNanos;
  private long failingSinceNanos;
  private boolean waiting;
  private boolean failing;

  void add(ConsumerRecord<byte[], byte[]> record) {
    records.addLast(record);
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  ConsumerRecord<byte[], byte[]> head() {
    return records.getFirst();
  }

  int size() {
    return records.size();
  }

  /** How long until the head may be tried; zero when now. */
  Duration untilDue(long now) {
    return waiting && dueNanos - now > 0 ? Duration.ofNanos(dueNanos - now) : Duration.ZERO;
  }

  boolean isStuck(long now, long patienceNanos) {
    return failing && now - failingSinceNanos > patienceNanos;
  }

  /**
   * Hands the head over, or looks whether its dead letter has arrived; the handler is not asked
   * again once it has refused.
   *
   * @return whether the head is done; otherwise it is looked at again soon
   */
  boolean settle(ConsumerRecord<byte[], byte[]> head, Handler handler, DeadLetters letters)
      throws Exception {
    Future<?> sent = letter;
    if (sent == null) {
      switch (handler.handle(head)) {
        case Verdict.Accepted _ -> {
          return true;
        }
        case Verdict.Refused refused -> sent = letters.send(head, refused);
      }
      letter = sent;
    }
    try {
      sent.get(LETTER_MILLIS_MAX, TimeUnit.MILLISECONDS);
      letter = null;
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      letter = null;
      throw e;
    }
  }

  /** The head is done: the next one is due at once. */
  void done() {
    records.removeFirst();
    waiting = false;
    failing = false;
    backoff.reset();
  }

  /** The head failed: it is due again after a pause that grows. */
  void retryLater(long now) {
    if (!failing) {
      failing = true;
      failingSinceNanos = now;
    }
    waiting = true;
    dueNanos = now + backoff.next().toNanos();
  }
}
