package dev.gantry.run.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gantry.bus.Outbox;
import dev.gantry.bus.Pending;
import dev.gantry.events.CloudEventCodec;
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
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final String consumer;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private Marks marks;

  private JournalOutbox(Path file, String consumer, Marks marks) {
    this.file = file;
    this.consumer = consumer;
    this.marks = marks;
  }

  /**
   * Opens the outbox whose marks are in the file.
   *
   * @param consumer who speaks in dead letters
   */
  public static JournalOutbox open(Path file, String consumer) throws IOException {
    return new JournalOutbox(file, consumer, Marks.load(file));
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

  private static Pending fact(Frame frame) throws IOException {
    return new Pending(
        frame.position(),
        Topics.RUN_EVENTS,
        frame.run(),
        id(frame.payload()),
        frame.payload(),
        CloudEventCodec.headers());
  }

  /** The id is in the fact, which is the one source of truth; the rest of it is not looked at. */
  private static String id(byte[] fact) throws IOException {
    try (JsonParser parser = JSON.createParser(fact)) {
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      while (object && parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals("id");
        parser.nextToken();
        if (found) {
          return parser.getText();
        }
        parser.skipChildren();
      }
    }
    throw new IOException("not a fact");
  }
}
