package dev.gantry.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** An outbox that outlives its publishers, and can be made to fail where a real one may. */
final class MemoryOutbox implements Outbox {
  private final TreeMap<Long, Pending> pending = new TreeMap<>();
  private final Map<TopicPartition, Long> marks = new HashMap<>();
  private long position;
  private boolean markFails;
  private int markAttempts;

  synchronized void add(String topic, String key, String eventId) {
    position++;
    pending.put(
        position, new Pending(position, topic, key, eventId, eventId.getBytes(UTF_8), Map.of()));
    notifyAll();
  }

  /** As if the process died after the acknowledgement: nothing is marked any more. */
  synchronized void failMarks(boolean fail) {
    markFails = fail;
  }

  synchronized int markAttempts() {
    return markAttempts;
  }

  synchronized boolean isEmpty() {
    return pending.isEmpty();
  }

  synchronized void forgetMarks() {
    marks.clear();
  }

  @Override
  public synchronized List<Pending> next(int max) {
    Collection<Pending> all = pending.values();
    return new ArrayList<>(all.stream().limit(max).toList());
  }

  @Override
  public synchronized void published(List<Pending> facts, Map<TopicPartition, Long> nextOffsets) {
    markAttempts++;
    if (markFails) {
      throw new IllegalStateException("the outbox is away");
    }
    facts.forEach(fact -> pending.remove(fact.position()));
    marks.putAll(nextOffsets);
  }

  @Override
  public synchronized Map<TopicPartition, Long> marks() {
    return Map.copyOf(marks);
  }

  @Override
  public synchronized void awaitMore(Duration patience) throws InterruptedException {
    if (pending.isEmpty()) {
      wait(patience.toMillis());
    }
  }
}
