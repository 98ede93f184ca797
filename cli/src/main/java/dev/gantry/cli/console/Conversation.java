package dev.gantry.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A process's side of a WebSocket. The first byte of a message says what it is about: 0 input, 1
 * output, 2 error, 3 the end, 4 the terminal's size, 255 the end of a channel.
 */
final class Conversation implements WebSocket.Listener, AutoCloseable {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int STATUS = 3;
  private static final int RESIZE = 4;
  private static final int CLOSE = 255;

  private final HttpClient http = HttpClient.newHttpClient();
  private final PrintStream out;
  private final PrintStream err;
  private final ReentrantLock sending = new ReentrantLock();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final ByteArrayOutputStream status = new ByteArrayOutputStream();
  private @Nullable WebSocket socket;

  /** Of the message that is coming in. */
  private int channel = -1;

  private Conversation(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Begins one; output goes where it belongs from now on.
   *
   * @throws ApiException with the reason when it is refused
   */
  static Conversation open(Api api, String path, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    URI uri = URI.create(api.base().resolve(path).toString().replaceFirst("^http", "ws"));
    Conversation conversation = new Conversation(out, err);
    try {
      conversation.socket =
          conversation
              .http
              .newWebSocketBuilder()
              .subprotocols("v5.channel.k8s.io")
              .buildAsync(uri, conversation)
              .get();
      return conversation;
    } catch (ExecutionException e) {
      conversation.http.shutdownNow();
      throw refused(api, e.getCause());
    }
  }

  private static IOException refused(Api api, @Nullable Throwable cause) {
    if (cause instanceof WebSocketHandshakeException handshake) {
      int code = handshake.getResponse().statusCode();
      String body = handshake.getResponse().body() instanceof String text ? text : "";
      return new ApiException(code, Problem.line(code, body.getBytes(StandardCharsets.UTF_8)));
    }
    return new ApiException(0, "run-service does not answer at " + api.base());
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    if (channel < 0 && data.hasRemaining()) {
      channel = data.get() & 0xff;
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    try {
      take(bytes, last);
    } catch (IOException e) {
      exit.completeExceptionally(e);
    }
    if (last) {
      channel = -1;
    }
    from.request(1);
    return null;
  }

  private void take(byte[] bytes, boolean last) throws IOException {
    switch (channel) {
      case STDOUT -> show(out, bytes);
      case STDERR -> show(err, bytes);
      case STATUS -> {
        status.writeBytes(bytes);
        if (last) {
          end(Json.MAPPER.readTree(status.toByteArray()));
        }
      }
      default -> {
        // Of a newer service, perhaps.
      }
    }
  }

  private static void show(OutputStream where, byte[] bytes) throws IOException {
    where.write(bytes);
    where.flush();
  }

  private void end(JsonNode said) {
    if (said.has("exitCode")) {
      exit.complete(said.path("exitCode").asInt());
    } else {
      exit.completeExceptionally(new ApiException(0, said.path("error").asText()));
    }
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    String why = "the connection to the process ended" + (reason.isEmpty() ? "" : ": " + reason);
    exit.completeExceptionally(new ApiException(0, why));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    exit.completeExceptionally(
        new ApiException(0, "the connection to the process broke: " + error.getMessage()));
  }

  /** The process's exit code, when it has ended. */
  CompletableFuture<Integer> exit() {
    return exit;
  }

  /** Gives the process input; waits while it takes none. */
  void input(byte[] bytes, int length) throws IOException {
    send(STDIN, bytes, length);
  }

  /** The process gets no more input. */
  void endInput() throws IOException {
    send(CLOSE, new byte[] {STDIN}, 1);
  }

  /** Tells the size of the terminal here. */
  void resize(int rows, int columns) throws IOException {
    ObjectNode size = Json.MAPPER.createObjectNode().put("Width", columns).put("Height", rows);
    byte[] bytes = Json.MAPPER.writeValueAsBytes(size);
    send(RESIZE, bytes, bytes.length);
  }

  private void send(int to, byte[] bytes, int length) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(1 + length).put((byte) to).put(bytes, 0, length);
    WebSocket open = socket;
    if (open == null) {
      throw new IOException("there is no connection");
    }
    sending.lock();
    try {
      open.sendBinary(message.flip(), true).join();
    } catch (RuntimeException e) {
      throw new IOException("the connection ended", e);
    } finally {
      sending.unlock();
    }
  }

  /** Waits for the exit code. */
  int await() throws IOException, InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new UncheckedIOException(new IOException(e.getCause()));
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
    http.shutdownNow();
  }
}
