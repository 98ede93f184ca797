package dev.gantry.isolation.console;

import dev.gantry.isolation.log.LogStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Output that came and was not taken yet, of both streams, bounded for each. Thread-safe. */
final class OutputQueue {
  private static final int BYTES_MAX = 256 << 10;

  private record Entry(long number, byte[] bytes) {}

  private static final class Side {
    final Deque<Entry> entries = new ArrayDeque<>();
    int bytes;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<LogStream, Side> sides = new EnumMap<>(LogStream.class);
  private long count;
  private boolean ended;
  private @Nullable IOException broken;

  OutputQueue() {
    for (LogStream stream : LogStream.values()) {
      sides.put(stream, new Side());
    }
  }

  /** Adds output; waits while there is much of the same stream. False when nobody wants it. */
  boolean put(LogStream stream, byte[] bytes) throws InterruptedException {
    lock.lock();
    try {
      Side side = side(stream);
      while (!ended && side.bytes >= BYTES_MAX) {
        changed.await();
      }
      if (ended) {
        return false;
      }
      side.entries.add(new Entry(count++, bytes));
      side.bytes += bytes.length;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing comes any more. What is there can be taken still. */
  void end(@Nullable IOException why) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        broken = why;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The oldest of any of these streams; empty at the end. */
  Optional<OutputPiece> take(Set<LogStream> streams) throws IOException {
    lock.lock();
    try {
      while (true) {
        Optional<LogStream> oldest = oldest(streams);
        if (oldest.isPresent()) {
          Side side = side(oldest.get());
          byte[] bytes = side.entries.remove().bytes;
          side.bytes -= bytes.length;
          changed.signalAll();
          return Optional.of(new OutputPiece(oldest.get(), bytes));
        }
        if (broken != null) {
          throw new IOException(broken.getMessage(), broken);
        }
        if (ended) {
          return Optional.empty();
        }
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for output");
    } finally {
      lock.unlock();
    }
  }

  private Optional<LogStream> oldest(Set<LogStream> streams) {
    LogStream found = null;
    long least = Long.MAX_VALUE;
    for (LogStream stream : streams) {
      Entry entry = side(stream).entries.peek();
      if (entry != null && entry.number < least) {
        found = stream;
        least = entry.number;
      }
    }
    return Optional.ofNullable(found);
  }

  private Side side(LogStream stream) {
    return sides.computeIfAbsent(stream, _ -> new Side());
  }

  /** What comes of these streams. */
  InputStream stream(LogStream first, LogStream... more) {
    return new Taking(EnumSet.of(first, more));
  }

  private final class Taking extends InputStream {
    private final Set<LogStream> streams;
    private byte[] piece = {};
    private int at;

    Taking(Set<LogStream> streams) {
      this.streams = streams;
    }

    @Override
    public int read() throws IOException {
      return fill() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, into, from, count);
      at += count;
      return count;
    }

    @Override
    public int available() {
      return piece.length - at;
    }

    private boolean fill() throws IOException {
      while (at == piece.length) {
        Optional<OutputPiece> next = take(streams);
        if (next.isEmpty()) {
          return false;
        }
        piece = next.get().bytes();
        at = 0;
      }
      return true;
    }
  }
}
