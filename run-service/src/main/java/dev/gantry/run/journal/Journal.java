package dev.gantry.run.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * The append-only journal of a host. One thread writes; whatever waits when it comes round is
 * written and synced together, so that a sync is shared by all who need it.
 *
 * <p>A frame is durable when its future completes or the listener has seen it, in the order of the
 * positions. Where the disk refuses (full, broken) the journal retries for as long as it takes and
 * {@link #healthy()} is false: nothing is promised in the meantime and nothing is lost.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Journal.class);
  private static final int BATCH_BYTES_MAX = 1 << 20;
  private static final long BACK_OFF_MILLIS_MAX = 2_000;

  private record Waiting(Frame frame, CompletableFuture<Frame> durable) {}

  private final Path directory;
  private final long segmentBytesMax;
  private final List<Frame> replayed = new ArrayList<>();
  private final Object lock = new Object();
  private final Object compacting = new Object();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Thread writer;
  private long nextPosition = 1;
  private boolean closed;
  private volatile boolean failing;
  private volatile Consumer<Frame> listener = _ -> {};
  private volatile Segment active;
  private FileChannel channel;
  private long bytes;

  private Journal(Path directory, long segmentBytesMax) throws IOException {
    this.directory = directory;
    this.segmentBytesMax = segmentBytesMax;
    Files.createDirectories(directory);
    active = replay();
    channel = FileChannel.open(active.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.position(bytes);
    Segment.sync(directory);
    writer = Thread.ofPlatform().name("journal").daemon().unstarted(this::write);
  }

  /**
   * Opens the journal of a directory, which is created where it is missing. What a crash left half
   * written at the very end is cut off.
   *
   * @throws IOException also when a frame that is not at the end is damaged: its file is named
   */
  public static Journal open(Path directory, long segmentBytesMax) throws IOException {
    Journal journal = new Journal(directory, segmentBytesMax);
    journal.writer.start();
    return journal;
  }

  /**
   * What was there when the journal was opened, in order. Gives it away: the second call is empty.
   */
  public List<Frame> replayed() {
    List<Frame> frames = List.copyOf(replayed);
    replayed.clear();
    return frames;
  }

  /** Called on the journal's thread with every frame that has become durable; must not block. */
  public void onDurable(Consumer<Frame> consumer) {
    listener = consumer;
  }

  /**
   * Queues a frame; the future completes when it is durable. Frames keep the order of the calls.
   */
  public CompletableFuture<Frame> append(Kind kind, String run, byte[] payload) {
    if (payload.length > FrameCodec.PAYLOAD_BYTES_MAX || run.length() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("a frame of " + payload.length + " bytes is too large");
    }
    CompletableFuture<Frame> durable = new CompletableFuture<>();
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the journal is closed");
      }
      waiting.add(new Waiting(new Frame(nextPosition++, kind, run, payload), durable));
      lock.notifyAll();
    }
    return durable;
  }

  /** False while the disk refuses. */
  public boolean healthy() {
    return !failing && writer.isAlive();
  }

  /**
   * Drops frames that nobody needs from the files that are no longer written to.
   *
   * @param keep is asked for every frame of these files
   */
  public void compact(Predicate<Frame> keep) throws IOException {
    synchronized (compacting) {
      Segment newest = active;
      for (Segment segment : Segment.list(directory)) {
        if (segment.firstPosition() < newest.firstPosition() && segment.retain(keep)) {
          LOG.debugf("compacted %s", segment.file());
        }
      }
    }
  }

  /** Writes what waits and stops. */
  @Override
  public void close() throws IOException {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    try {
      writer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    channel.close();
  }

  private Segment replay() throws IOException {
    List<Segment> segments = Segment.list(directory);
    for (Segment segment : segments) {
      Segment.Contents contents = segment.read();
      boolean last = segment.equals(segments.getLast());
      if (contents.torn() && !last) {
        throw new IOException(
            "the journal file %s is damaged behind byte %d"
                .formatted(segment.file(), contents.goodBytes()));
      }
      if (contents.torn()) {
        truncate(segment, contents.goodBytes());
      }
      nextPosition = Math.max(nextPosition, segment.firstPosition());
      contents
          .frames()
          .forEach(frame -> nextPosition = Math.max(nextPosition, frame.position() + 1));
      replayed.addAll(contents.frames());
      bytes = contents.goodBytes();
    }
    return segments.isEmpty() ? Segment.named(directory, nextPosition) : segments.getLast();
  }

  private static void truncate(Segment segment, long goodBytes) throws IOException {
    LOG.infof("cutting what a crash left half written off %s at %d", segment.file(), goodBytes);
    try (FileChannel torn = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      torn.truncate(goodBytes);
      torn.force(true);
    }
  }

  private void write() {
    List<Waiting> batch = take();
    while (!batch.isEmpty()) {
      persist(batch);
      for (Waiting written : batch) {
        listener.accept(written.frame());
        written.durable().complete(written.frame());
      }
      batch = take();
    }
  }

  private List<Waiting> take() {
    List<Waiting> batch = new ArrayList<>();
    int size = 0;
    synchronized (lock) {
      while (waiting.isEmpty() && !closed) {
        try {
          lock.wait();
        } catch (InterruptedException _) {
          closed = true; // Nobody else interrupts this thread: the process ends.
        }
      }
      while (!waiting.isEmpty() && size < BATCH_BYTES_MAX) {
        Waiting next = waiting.remove();
        batch.add(next);
        size += FrameCodec.size(next.frame());
      }
    }
    return batch;
  }

  private void persist(List<Waiting> batch) {
    List<Frame> frames = batch.stream().map(Waiting::frame).toList();
    long backOff = 50;
    while (!tryPersist(frames)) {
      backOff = Math.min(2 * backOff, BACK_OFF_MILLIS_MAX);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(backOff));
    }
  }

  private boolean tryPersist(List<Frame> frames) {
    try {
      if (bytes > segmentBytesMax) {
        roll(frames.getFirst().position());
      }
      channel.truncate(bytes);
      channel.position(bytes);
      long written = Segment.writeAll(channel, frames);
      channel.force(false);
      bytes += written;
      failing = false;
      return true;
    } catch (IOException e) {
      LOG.errorf("the journal cannot be written, retrying: %s", e.getMessage());
      failing = true;
      return false;
    }
  }

  private void roll(long firstPosition) throws IOException {
    Segment next = Segment.named(directory, firstPosition);
    FileChannel opened =
        FileChannel.open(next.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Segment.sync(directory);
    channel.close();
    channel = opened;
    bytes = 0;
    active = next;
  }
}
