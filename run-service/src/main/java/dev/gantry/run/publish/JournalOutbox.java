package dev.gantry.run.publish;

import dev.gantry.bus.Outbox;
import dev.gantry.bus.Pending;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Topics;
import dev.gantry.run.journal.Frame;
import dev.gantry.run.journal.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The journal as an outbox: what is durable there and not yet marked waits here, in the order of
 * the journal.
 */
public final class JournalOutbox implements Outbox {
  private final Path file;
  private final CloudEventCodec codec;
  private final String consumer;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private Marks marks;

  private JournalOutbox(Path file, CloudEventCodec codec, String consumer, Marks marks) {
    this.file = file;
    this.codec = codec;
    this.consumer = consumer;
    this.marks = marks;
  }

  /**
   * Opens the outbox whose marks are in the file.
   *
   * @param consumer who speaks in dead letters
   */
  public static JournalOutbox open(Path file, CloudEventCodec codec, String consumer)
      throws IOException {
    return new JournalOutbox(file, codec, consumer, Marks.load(file));
  }

  /** Takes a durable frame; those that are not published, or have been, are passed over. */
  public synchronized void offer(Frame frame) {
    if (frame.position() <= marks.position()) {
      return;
    }
    try {
      if (frame.kind() == Kind.FACT) {
        waiting.add(fact(frame));
      } else if (frame.kind() == Kind.DEAD_LETTER) {
        waiting.add(DeadLetter.pending(frame, consumer));
      } else {
        return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("frame %d of the journal".formatted(frame.position()), e);
    }
    notifyAll();
  }

  /** Whether everything up to this position of the journal is in the log. */
  public synchronized boolean published(long position) {
    return waiting.isEmpty() || waiting.getFirst().position() > position;
  }

  @Override
  public synchronized List<Pending> next(int max) {
    return waiting.stream().limit(max).toList();
  }

  @Override
  public synchronized void published(List<Pending> facts, Map<TopicPartition, Long> nextOffsets) {
    long position = facts.stream().mapToLong(Pending::position).max().orElse(marks.position());
    Marks advanced = marks.advance(position, nextOffsets);
    try {
      advanced.save(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    marks = advanced;
    while (!waiting.isEmpty() && waiting.getFirst().position() <= position) {
      waiting.removeFirst();
    }
  }

  @Override
  public synchronized Map<TopicPartition, Long> marks() {
    return marks.offsets();
  }

  @Override
  public synchronized void awaitMore(Duration patience) throws InterruptedException {
    if (waiting.isEmpty()) {
      wait(Math.max(1, patience.toMillis()));
    }
  }

  private Pending fact(Frame frame) throws IOException {
    // The id is in the fact; decoding it again keeps one source of truth, and costs microseconds.
    if (codec.decode(frame.payload(), CloudEventCodec.headers()) instanceof Decoded.Ok(var fact)) {
      return new Pending(
          frame.position(),
          Topics.RUN_EVENTS,
          frame.run(),
          fact.id(),
          frame.payload(),
          CloudEventCodec.headers());
    }
    throw new IOException("not a fact");
  }
}
