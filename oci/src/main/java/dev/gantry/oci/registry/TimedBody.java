package dev.gantry.oci.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response's body as a stream that does not wait for ever: the JDK's own has no time limit once
 * the headers are there. Few buffers are under way at a time. Closing it early ends the exchange.
 */
final class TimedBody extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
  private static final int PIECES_AHEAD = 2;

  private final Duration silenceMax;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private volatile Flow.@Nullable Subscription subscription;
  private @Nullable Ended ended;

  /** What arrives: data, or the end with its cause. */
  private sealed interface Piece {}

  private record Data(List<ByteBuffer> buffers) implements Piece {}

  private record Ended(@Nullable Throwable cause) implements Piece {}

  TimedBody(Duration silenceMax) {
    this.silenceMax = silenceMax;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(PIECES_AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    pieces.add(new Data(item));
  }

  @Override
  public void onError(Throwable cause) {
    pieces.add(new Ended(cause));
  }

  @Override
  public void onComplete() {
    pieces.add(new Ended(null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == -1 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = nextBuffer();
    if (buffer == null) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    return count;
  }

  private @Nullable ByteBuffer nextBuffer() throws IOException {
    while (ended == null) {
      ByteBuffer first = buffers.peek();
      if (first != null && first.hasRemaining()) {
        return first;
      }
      if (buffers.poll() == null) {
        accept(await());
      }
    }
    if (ended.cause != null) {
      throw new IOException("the connection broke: " + ended.cause.getMessage(), ended.cause);
    }
    return null;
  }

  private void accept(Piece piece) {
    switch (piece) {
      case Data data -> {
        buffers.addAll(data.buffers);
        Flow.Subscription source = subscription;
        if (source != null) {
          source.request(1);
        }
      }
      case Ended end -> ended = end;
    }
  }

  private Piece await() throws IOException {
    try {
      Piece piece = pieces.poll(silenceMax.toMillis(), TimeUnit.MILLISECONDS);
      if (piece == null) {
        close();
        throw new HttpTimeoutException("nothing came for " + silenceMax);
      }
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a body");
    }
  }

  @Override
  public void close() {
    Flow.Subscription source = subscription;
    if (source != null && ended == null) {
      source.cancel();
    }
  }
}
