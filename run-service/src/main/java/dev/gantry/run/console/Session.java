package dev.gantry.run.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.OutputPiece;
import dev.gantry.isolation.console.TerminalSize;
import dev.gantry.isolation.log.LogStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A client that talks to a process. Each way one message is on its way at a time: who is slow slows
 * down the other end, and nothing piles up between.
 */
final class Session {
  static final String PROTOCOL = "v5.channel.k8s.io";

  private static final JsonMapper JSON = new JsonMapper();
  private static final short NORMAL = 1000;
  private static final short NOT_UNDERSTOOD = 1007;
  private static final Duration PING = Duration.ofSeconds(30);
  private static final int FRAMES_MAX = 4; // one, and the end of the connection

  /** What came: bytes of a channel, or that the client went. */
  private sealed interface Incoming {
    record Bytes(int channel, byte[] bytes) implements Incoming {}

    record Gone() implements Incoming {}
  }

  private final ServerWebSocket socket;
  private final Exec exec;
  private final Runnable ended;
  private final BlockingQueue<Incoming> incoming = new ArrayBlockingQueue<>(FRAMES_MAX);

  /** Of the message that is coming in, in however many frames; used by the connection's thread. */
  private int channel = -1;

  /**
   * A session that {@link #start} starts.
   *
   * @param ended called once when it is over
   */
  Session(ServerWebSocket socket, Exec exec, Runnable ended) {
    this.socket = socket;
    this.exec = exec;
    this.ended = ended;
  }

  /** To be called where the socket was made: what the client sends from then on is read. */
  void start() {
    socket.pause();
    socket.frameHandler(this::receive);
    socket.closeHandler(_ -> incoming.offer(new Incoming.Gone()));
    socket.exceptionHandler(_ -> incoming.offer(new Incoming.Gone()));
    Thread.ofVirtual().name("console-input").start(this::input);
    Thread.ofVirtual().name("console-output").start(this::output);
    socket.fetch(1);
  }

  private void receive(WebSocketFrame frame) {
    Buffer data = frame.binaryData();
    int from = 0;
    if (!frame.isContinuation()) {
      channel = data.length() == 0 ? -1 : data.getUnsignedByte(0);
      from = Math.min(1, data.length());
    }
    boolean speaks = frame.isBinary() || frame.isText() || frame.isContinuation();
    if (speaks && channel >= 0) {
      incoming.offer(new Incoming.Bytes(channel, data.getBytes(from, data.length())));
    } else {
      socket.fetch(1);
    }
  }

  /** From the client to the process, until the client goes. */
  private void input() {
    try {
      boolean stays = true;
      while (stays) {
        stays =
            switch (incoming.poll(PING.toMillis(), TimeUnit.MILLISECONDS)) {
              case null -> ping();
              case Incoming.Gone _ -> false;
              case Incoming.Bytes(int to, byte[] bytes) -> {
                hand(to, bytes);
                socket.fetch(1);
                yield true;
              }
            };
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exec.close();
      ended.run();
    }
  }

  private boolean ping() {
    socket.writePing(Buffer.buffer());
    return true;
  }

  private void hand(int to, byte[] bytes) {
    try {
      switch (to) {
        case Channel.STDIN -> exec.stdin().write(bytes);
        case Channel.RESIZE -> resize(JSON.readTree(bytes));
        case Channel.CLOSE -> {
          if (bytes.length == 1 && bytes[0] == Channel.STDIN) {
            exec.stdin().close();
          }
        }
        default -> socket.close(NOT_UNDERSTOOD, "there is no channel " + to);
      }
    } catch (IOException e) {
      // The process reads no more, or there is no terminal: its end is told by the output.
    }
  }

  private void resize(JsonNode size) throws IOException {
    int rows = size.path("Height").asInt(-1);
    int columns = size.path("Width").asInt(-1);
    try {
      exec.resize(new TerminalSize(rows, columns));
    } catch (IllegalArgumentException e) {
      socket.close(NOT_UNDERSTOOD, "Height and Width: " + e.getMessage());
    }
  }

  /** From the process to the client, until the process ends. */
  private void output() {
    try {
      for (Optional<OutputPiece> next = exec.next(); next.isPresent(); next = exec.next()) {
        OutputPiece piece = next.get();
        send(piece.stream() == LogStream.STDOUT ? Channel.STDOUT : Channel.STDERR, piece.bytes());
      }
      send(Channel.STATUS, JSON.writeValueAsBytes(Map.of("exitCode", exec.exit().get())));
      socket.close(NORMAL);
    } catch (IOException | ExecutionException e) {
      tellBroken(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellBroken(String why) {
    try {
      send(Channel.STATUS, JSON.writeValueAsBytes(Map.of("error", why)));
    } catch (IOException e) {
      // The client has gone, too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    socket.close(NORMAL);
  }

  private void send(int to, byte[] bytes) throws IOException, InterruptedException {
    Buffer message = Buffer.buffer(1 + bytes.length).appendByte((byte) to).appendBytes(bytes);
    await(socket.writeBinaryMessage(message));
  }

  private static void await(Future<Void> done) throws IOException, InterruptedException {
    try {
      done.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IOException("the client has gone", e);
    }
  }
}
