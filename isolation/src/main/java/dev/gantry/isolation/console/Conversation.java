package dev.gantry.isolation.console;

import dev.gantry.isolation.log.LogStream;
import dev.gantry.linux.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One connection to a shim; a virtual thread receives what comes. */
final class Conversation implements Exec {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PIECE_BYTES_MAX = 32 << 10;
  private static final int SIGNAL_MAX = 64;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final Set<LogStream> BOTH = EnumSet.allOf(LogStream.class);

  private final ControlSocket socket;
  private final Path log;
  private final OutputQueue output = new OutputQueue();
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final OutputStream stdin = new Input();
  private final InputStream both = output.stream(LogStream.STDOUT, LogStream.STDERR);
  private final InputStream stdout = output.stream(LogStream.STDOUT);
  private final InputStream stderr = output.stream(LogStream.STDERR);

  Conversation(ControlSocket socket, Path log) {
    this.socket = socket;
    this.log = log;
  }

  /** Asks, and waits for the answer, which a sandbox that is frozen does not give. */
  void begin(char type, byte... request) throws IOException {
    Thread.ofVirtual().name("console").start(this::receive);
    ask(type, request);
    try {
      begun.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new RefusedException("exec", Errno.ETIMEDOUT.number(), "the sandbox does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the sandbox");
    }
  }

  /** A shim that has too many clients says so, and closes the connection before it was asked. */
  private void ask(char type, byte... request) {
    try {
      socket.send(type, request);
    } catch (IOException e) {
      // What it said, or that it ended, is received.
    }
  }

  private void receive() {
    IOException why = null;
    try (socket) {
      while (handle(socket.receive())) {
        // until the last frame
      }
    } catch (IOException e) {
      why = e;
    } catch (InterruptedException e) {
      why = new InterruptedIOException("interrupted");
    }
    output.end(why);
    IOException broken = why == null ? new IOException("the connection ended") : why;
    begun.completeExceptionally(broken);
    exit.completeExceptionally(broken);
  }

  /** Whether more is to come. */
  private boolean handle(Frame frame) throws IOException, InterruptedException {
    switch (frame.type()) {
      case Frame.BEGUN -> begun.complete(null);
      case Frame.OUTPUT -> output.put(LogStream.STDOUT, frame.body());
      case Frame.ERROR -> output.put(LogStream.STDERR, frame.body());
      case Frame.MISSED -> missed(ByteBuffer.wrap(frame.body())).copyTo(output);
      case Frame.FAILED -> throw failure(new String(frame.body(), StandardCharsets.UTF_8));
      case Frame.EXIT -> {
        output.end(null);
        exit.complete(ByteBuffer.wrap(frame.body()).getInt());
        return false;
      }
      default -> throw new IOException("a frame of the unknown type " + (int) frame.type());
    }
    return true;
  }

  private MissedOutput missed(ByteBuffer times) {
    return new MissedOutput(log, instant(times.getLong()), instant(times.getLong()));
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(nanos / SECOND_NANOS, nanos % SECOND_NANOS);
  }

  /** {@code STAGE ERRNO DETAIL}. */
  private static RefusedException failure(String text) {
    String[] words = text.split(" ", 3);
    return new RefusedException(
        words[0], Integer.parseInt(words[1]), words.length > 2 ? words[2] : "");
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }

  @Override
  public InputStream output() {
    return both;
  }

  @Override
  public InputStream stdout() {
    return stdout;
  }

  @Override
  public InputStream stderr() {
    return stderr;
  }

  @Override
  public Optional<OutputPiece> next() throws IOException {
    return output.take(BOTH);
  }

  @Override
  public CompletableFuture<Integer> exit() {
    return exit.copy();
  }

  @Override
  public void resize(TerminalSize size) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(2 * Short.BYTES);
    body.putShort((short) size.rows()).putShort((short) size.columns());
    sendUnlessOver(Frame.RESIZE, body.array());
  }

  @Override
  public void signal(int number) throws IOException {
    if (number < 1 || number > SIGNAL_MAX) {
      throw new IllegalArgumentException("no signal has the number " + number);
    }
    sendUnlessOver(Frame.SIGNAL, (byte) number);
  }

  private void sendUnlessOver(char type, byte... body) throws IOException {
    if (!exit.isDone()) {
      socket.send(type, body);
    }
  }

  @Override
  public void close() {
    IOException hungUp = new IOException("hung up");
    exit.completeExceptionally(hungUp);
    output.end(hungUp);
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same (close(2)).
    }
  }

  private final class Input extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      socket.send(Frame.INPUT, (byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      for (int at = 0; at < length; at += PIECE_BYTES_MAX) {
        socket.send(Frame.INPUT, bytes, from + at, Math.min(PIECE_BYTES_MAX, length - at));
      }
    }

    @Override
    public void close() throws IOException {
      sendUnlessOver(Frame.INPUT_END);
    }
  }
}
