package dev.gantry.run.service;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of exec and attach that keeps what it gets. */
final class TestConsole implements WebSocket.Listener, AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, ByteArrayOutputStream> channels = new ConcurrentHashMap<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;
  private int channel = -1;

  TestConsole(int port, String path) {
    URI uri = URI.create("ws://127.0.0.1:" + port + path);
    socket =
        http.newWebSocketBuilder().subprotocols("v5.channel.k8s.io").buildAsync(uri, this).join();
  }

  /** The status of an upgrade that is refused. */
  static int refusal(int port, String path) {
    try (TestConsole console = new TestConsole(port, path)) {
      return 101;
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    if (channel < 0) {
      channel = data.get() & 0xff;
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    channels.computeIfAbsent(channel, _ -> new ByteArrayOutputStream()).writeBytes(bytes);
    channel = last ? -1 : channel;
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }

  void send(int to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer message = ByteBuffer.allocate(1 + bytes.length).put((byte) to).put(bytes).flip();
    socket.sendBinary(message, true).join();
  }

  String text(int of) {
    ByteArrayOutputStream bytes = channels.get(of);
    return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  /** Waits for the end; the exit code. */
  int exitCode() throws Exception {
    closed.get(60, TimeUnit.SECONDS);
    return new JsonMapper().readTree(text(3)).path("exitCode").asInt(-1);
  }

  int closeCode() throws Exception {
    return closed.get(60, TimeUnit.SECONDS);
  }

  void awaitText(int of, String wanted) throws IOException {
    Await.until(wanted, () -> text(of).contains(wanted));
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
