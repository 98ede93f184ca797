package dev.gantry.image.mirror;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry in memory, over a real socket, that can be told to misbehave. */
final class FaultyUpstream implements AutoCloseable {
  /** By digest. */
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

  /** By tag or digest. */
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

  final List<String> requests = new CopyOnWriteArrayList<>();

  /** The Range of each request for a blob; {@code "-"} without. */
  final List<String> ranges = new CopyOnWriteArrayList<>();

  /** So many answers with a blob break off in their middle. */
  final AtomicInteger breaking = new AtomicInteger();

  /** Waited for in the middle of each blob. */
  volatile CountDownLatch middle = new CountDownLatch(0);

  /** Answers everything, if not 0. */
  volatile int status;

  volatile String retryAfter = "";
  volatile String type = MediaTypes.OCI_MANIFEST;

  /** What a request must show; empty: nothing. */
  volatile String wants = "";

  /** What is said to one that does not. */
  volatile String challenge = "Basic realm=\"faulty\"";

  /** Where blobs are said to be; empty: here. */
  volatile String blobsAt = "";

  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** Starts it; 0 is any port. */
  FaultyUpstream(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  String blob(byte[] content) {
    String digest = Digest.of(content).toString();
    blobs.put(digest, content);
    return digest;
  }

  String manifest(String tag, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String digest = Digest.of(bytes).toString();
    manifests.put(tag, bytes);
    manifests.put(digest, bytes);
    return digest;
  }

  /** How many requests began so. */
  long count(String start) {
    return requests.stream().filter(one -> one.startsWith(start)).count();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      String path = exchange.getRequestURI().getPath();
      String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      if (path.equals("/token")) {
        wants = "Bearer good";
        send(
            exchange,
            200,
            "{\"token\":\"good\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8));
      } else if (!wants.isEmpty() && !wants.equals(shown)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
        send(exchange, 401, new byte[0]);
      } else if (status != 0) {
        if (!retryAfter.isEmpty()) {
          exchange.getResponseHeaders().add("Retry-After", retryAfter);
        }
        send(exchange, status, new byte[0]);
      } else {
        route(exchange, path);
      }
    }
  }

  private void route(HttpExchange exchange, String path) throws IOException {
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (path.endsWith("/tags/list")) {
      String tags =
          String.join(
              "\",\"", manifests.keySet().stream().filter(tag -> !tag.contains(":")).toList());
      send(exchange, 200, ("{\"tags\":[\"" + tags + "\"]}").getBytes(StandardCharsets.UTF_8));
    } else if (path.contains("/blobs/")) {
      blob(exchange, last);
    } else if (manifests.get(last) == null) {
      send(exchange, 404, new byte[0]);
    } else {
      byte[] content = manifests.get(last);
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.getResponseHeaders().add("Docker-Content-Digest", Digest.of(content).toString());
      send(exchange, 200, content);
    }
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    byte[] content = blobs.get(digest);
    if (!blobsAt.isEmpty()) {
      exchange.getResponseHeaders().add("Location", blobsAt + exchange.getRequestURI());
      send(exchange, 307, new byte[0]);
    } else if (content == null || exchange.getRequestMethod().equals("HEAD")) {
      send(exchange, content == null ? 404 : 200, content == null ? new byte[0] : content);
    } else {
      sendBlob(exchange, content);
    }
  }

  private void sendBlob(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "-" : range);
    int start =
        range == null
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (start > 0) {
      String sent = "bytes " + start + "-" + (content.length - 1) + "/" + content.length;
      exchange.getResponseHeaders().add("Content-Range", sent);
    }
    int length = content.length - start;
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, length);
    boolean broken = breaking.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    OutputStream out = exchange.getResponseBody();
    out.write(content, start, length / 2);
    out.flush();
    awaitMiddle();
    if (!broken) {
      out.write(content, start + length / 2, length - length / 2);
    }
  }

  private void awaitMiddle() {
    try {
      if (!middle.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody let the blob go on");
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
