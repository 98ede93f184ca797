package dev.gantry.image.upload;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A request's body, collected by the connection's thread and read by another in large pieces: to
 * wake the reader for each packet costs several times more than all that is done with the bytes.
 * What came is not held back for more than a moment, so that a slow upload's progress can be asked
 * for. One reader.
 */
final class BodyStream extends InputStream {
  private static final int WORTH_WAKING_BYTES = 256 * 1024;
  private static final int QUEUED_BYTES_MAX = 2 * 1024 * 1024;
  private static final int QUEUED_BYTES_MAX_IN_NEED = 64 * 1024;
  private static final long HELD_BACK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final HttpServerRequest request;
  private final Context connection;
  private final Room room;
  private final long silenceNanosMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Buffer> pieces = new ArrayDeque<>();
  private int offset;
  private int queuedBytes;
  private boolean paused;
  private boolean ended;
  private @Nullable Throwable failure;

  /** What all bodies together hold in memory. */
  static final class Room {
    private static final long BYTES_MAX = 32L * 1024 * 1024;

    private final AtomicLong usedBytes = new AtomicLong();

    private int bytesMax() {
      return usedBytes.get() < BYTES_MAX ? QUEUED_BYTES_MAX : QUEUED_BYTES_MAX_IN_NEED;
    }
  }

  private BodyStream(HttpServerRequest request, Context connection, Room room, Duration silence) {
    this.request = request;
    this.connection = connection;
    this.room = room;
    this.silenceNanosMax = silence.toNanos();
  }

  /**
   * Begins to collect; to be called by the connection's thread before anything of the body came.
   *
   * @param silence after which a sender from whom nothing comes is given up
   */
  static BodyStream of(HttpServerRequest request, Room room, Duration silence) {
    BodyStream stream = new BodyStream(request, Vertx.currentContext(), room, silence);
    request.handler(stream::add);
    request.endHandler(nothing -> stream.end(null));
    request.exceptionHandler(stream::end);
    request.resume();
    return stream;
  }

  private void add(Buffer piece) {
    lock.lock();
    try {
      if (ended) {
        return; // nobody reads any more
      }
      pieces.add(piece);
      queuedBytes += piece.length();
      room.usedBytes.addAndGet(piece.length());
      if (queuedBytes >= room.bytesMax()) {
        paused = true;
        request.pause();
      }
      // The first is waited for, then as many as are worth it.
      if (paused || pieces.size() == 1 || queuedBytes >= WORTH_WAKING_BYTES) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable Throwable why) {
    lock.lock();
    try {
      ended = true;
      failure = failure == null ? why : failure;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    lock.lock();
    try {
      await(Math.min(length, WORTH_WAKING_BYTES));
      if (pieces.isEmpty()) {
        return atEnd();
      }
      int read = take(bytes, from, length);
      if (paused && queuedBytes < room.bytesMax() / 2) {
        paused = false;
        connection.runOnContext(nothing -> request.resume());
      }
      return read;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what nobody read; what is still to come of the body goes nowhere. */
  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      room.usedBytes.addAndGet(-queuedBytes);
      queuedBytes = 0;
      pieces.clear();
      if (paused) {
        paused = false;
        connection.runOnContext(nothing -> request.resume());
      }
    } finally {
      lock.unlock();
    }
  }

  private void await(int wanted) throws IOException {
    try {
      long silence = silenceNanosMax;
      while (pieces.isEmpty() && !ended && silence > 0) {
        silence = changed.awaitNanos(silence);
      }
      if (pieces.isEmpty() && !ended) {
        throw new IOException("nothing came for too long");
      }
      long patience = HELD_BACK_NANOS_MAX;
      while (queuedBytes < wanted && !ended && !paused && patience > 0) {
        patience = changed.awaitNanos(patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private int atEnd() throws IOException {
    if (failure != null) {
      throw new IOException("the sender went away", failure);
    }
    return -1;
  }

  private int take(byte[] bytes, int from, int length) {
    int taken = 0;
    while (taken < length && !pieces.isEmpty()) {
      Buffer piece = pieces.getFirst();
      int count = Math.min(length - taken, piece.length() - offset);
      piece.getBytes(offset, offset + count, bytes, from + taken);
      taken += count;
      offset += count;
      if (offset == piece.length()) {
        pieces.removeFirst();
        offset = 0;
      }
    }
    queuedBytes -= taken;
    room.usedBytes.addAndGet(-taken);
    return taken;
  }
}
