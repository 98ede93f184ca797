package dev.gantry.oci.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry of one repository in memory, that can be told to misbehave. */
final class TinyRegistry implements AutoCloseable {
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  final Map<String, String> types = new ConcurrentHashMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** The Authorization of each request. */
  final List<String> shown = new CopyOnWriteArrayList<>();

  /** So many answers are 503 first. */
  final AtomicInteger unavailable = new AtomicInteger();

  /** So many blob answers break off in their middle. */
  final AtomicInteger breaking = new AtomicInteger();

  volatile boolean knowsRanges = true;
  volatile boolean mounts = true;
  volatile boolean stalls;

  /** Whether a blob may come with the POST. */
  volatile boolean takesAtOnce;

  /** What a request must show; {@code null}: nothing. */
  volatile String wants;

  /** What is said to one that does not. */
  volatile String challenge = "Basic realm=\"tiny\"";

  /** Where blobs are said to be; {@code null}: here. */
  volatile String blobsAt;

  /** What an answer that is 503 says of when to come again. */
  volatile String retryAfter = "0";

  /** What must be shown for a token. */
  volatile String tokenFor;

  private final AtomicInteger tokens = new AtomicInteger();
  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();

  TinyRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      if (unavailable.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Retry-After", retryAfter);
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      String shown = exchange.getRequestHeaders().getFirst("Authorization");
      if (exchange.getRequestURI().getPath().equals("/token")) {
        token(exchange, shown);
      } else if (wants != null && !wants.equals(shown)) {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
        error(exchange, 401, "UNAUTHORIZED");
      } else {
        route(exchange, exchange.getRequestURI().getPath());
      }
    }
  }

  private void token(HttpExchange exchange, String shown) throws IOException {
    if (tokenFor != null && !tokenFor.equals(shown)) {
      error(exchange, 401, "UNAUTHORIZED");
      return;
    }
    wants = "Bearer t" + tokens.incrementAndGet();
    json(exchange, 200, "{\"token\":\"t" + tokens + "\",\"expires_in\":300}");
  }

  private void route(HttpExchange exchange, String path) throws IOException {
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (path.contains("/blobs/uploads/")) {
      upload(exchange);
    } else if (path.contains("/blobs/")) {
      blob(exchange, last);
    } else if (path.contains("/manifests/")) {
      manifest(exchange, last);
    } else if (path.endsWith("/tags/list")) {
      tags(exchange);
    } else {
      error(exchange, 404, "NAME_UNKNOWN");
    }
  }

  private void upload(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    byte[] body = exchange.getRequestBody().readAllBytes();
    switch (exchange.getRequestMethod()) {
      case "POST" -> begin(exchange, query == null ? "" : query, body);
      case "PUT" -> keep(exchange, query, body);
      default -> exchange.sendResponseHeaders(204, -1);
    }
  }

  private void begin(HttpExchange exchange, String query, byte[] body) throws IOException {
    if (takesAtOnce && query.startsWith("digest=")) {
      keep(exchange, query, body);
    } else {
      exchange.getResponseHeaders().add("Location", "/v2/r/blobs/uploads/1?state=x");
      exchange.sendResponseHeaders(mounts && query.startsWith("mount=") ? 201 : 202, -1);
    }
  }

  private void keep(HttpExchange exchange, String query, byte[] body) throws IOException {
    String digest = query.substring(query.indexOf("digest=") + "digest=".length());
    if (Digest.of(body).toString().equals(digest)) {
      blobs.put(digest, body);
      exchange.sendResponseHeaders(201, -1);
    } else {
      error(exchange, 400, "DIGEST_INVALID");
    }
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    byte[] content = blobs.get(digest);
    if (blobsAt != null) {
      exchange.getResponseHeaders().add("Location", blobsAt + exchange.getRequestURI());
      exchange.sendResponseHeaders(307, -1);
    } else if (content == null) {
      error(exchange, 404, "BLOB_UNKNOWN");
    } else if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
    } else {
      send(exchange, content);
    }
  }

  private void send(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int start = 0;
    if (range != null && knowsRanges) {
      start = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      String sent = "bytes " + start + "-" + (content.length - 1) + "/" + content.length;
      exchange.getResponseHeaders().add("Content-Range", sent);
    }
    int length = content.length - start;
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, length == 0 ? -1 : length);
    boolean broken = breaking.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    OutputStream out = exchange.getResponseBody();
    out.write(content, start, broken || stalls ? length / 2 : length);
    out.flush();
    if (stalls) {
      stall();
    }
  }

  private static void stall() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void manifest(HttpExchange exchange, String reference) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        byte[] body = exchange.getRequestBody().readAllBytes();
        manifests.put(reference, body);
        manifests.put(Digest.of(body).toString(), body);
        types.put(
            Digest.of(body).toString(), exchange.getRequestHeaders().getFirst("Content-Type"));
        exchange.sendResponseHeaders(201, -1);
      }
      case "DELETE" -> {
        boolean there = manifests.remove(reference) != null;
        exchange.sendResponseHeaders(there ? 202 : 404, -1);
      }
      default -> sendManifest(exchange, manifests.get(reference));
    }
  }

  private void sendManifest(HttpExchange exchange, byte[] content) throws IOException {
    if (content == null) {
      error(exchange, 404, "MANIFEST_UNKNOWN");
      return;
    }
    String digest = Digest.of(content).toString();
    String type = types.getOrDefault(digest, "application/json");
    exchange.getResponseHeaders().add("Content-Type", type + "; charset=utf-8");
    exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  private void tags(HttpExchange exchange) throws IOException {
    boolean second = exchange.getRequestURI().getRawQuery().contains("last=b");
    if (!second) {
      exchange.getResponseHeaders().add("Link", "</v2/r/tags/list?n=2&last=b>; rel=\"next\"");
    }
    json(exchange, 200, second ? "{\"tags\":[\"c\"]}" : "{\"tags\":[\"b\",\"a\"]}");
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    json(exchange, status, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"no luck\"}]}");
  }

  private static void json(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
