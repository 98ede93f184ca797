package dev.gantry.run.service;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.oci.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** As much of a registry as a pull needs, over real HTTP. */
final class TestRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final JsonMapper JSON = new JsonMapper();

  private HttpServer server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  final AtomicInteger layerPulls = new AtomicInteger();

  TestRegistry() throws IOException {
    server = serve(0);
  }

  private HttpServer serve(int port) throws IOException {
    HttpServer fresh = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 16);
    fresh.createContext("/v2/", this::answer);
    fresh.setExecutor(Executors.newCachedThreadPool());
    fresh.start();
    return fresh;
  }

  /** Is away while something is done. */
  void away(Callable<?> meanwhile) throws Exception {
    int port = server.getAddress().getPort();
    server.stop(0);
    try {
      meanwhile.call();
    } finally {
      server = serve(port);
    }
  }

  String name() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Puts an image made of this directory's content under {@code repository:tag}; its digest. */
  String push(String name, Path root, ObjectNode config) throws IOException, InterruptedException {
    byte[] tar = tar(root);
    byte[] layer = gzip(tar);
    ObjectNode image = JSON.createObjectNode().put("os", "linux").put("architecture", "amd64");
    image.set("config", config);
    image.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(digest(tar));
    byte[] imageBytes = JSON.writeValueAsBytes(image);
    ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", MANIFEST);
    manifest.set("config", descriptor("application/vnd.oci.image.config.v1+json", imageBytes));
    manifest
        .putArray("layers")
        .add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer));
    byte[] manifestBytes = JSON.writeValueAsBytes(manifest);
    blobs.put(digest(layer), layer);
    blobs.put(digest(imageBytes), imageBytes);
    String repository = name.substring(0, name.indexOf(':'));
    manifests.put(repository + "/" + name.substring(name.indexOf(':') + 1), manifestBytes);
    manifests.put(repository + "/" + digest(manifestBytes), manifestBytes);
    return digest(manifestBytes);
  }

  /** A root file system of Debian's busybox-static, with its applets. */
  static Path busyboxRoot(Path directory) throws IOException, InterruptedException {
    Path busybox = Path.of("/bin/busybox");
    if (!Files.isExecutable(busybox)) {
      throw new IllegalStateException("these tests need the Debian package busybox-static");
    }
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.createDirectories(directory.resolve("etc"));
    Files.createDirectories(directory.resolve("tmp"));
    Files.writeString(directory.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    Files.writeString(directory.resolve("etc/group"), "root:x:0:\n");
    Files.copy(busybox, bin.resolve("busybox"));
    bin.resolve("busybox").toFile().setExecutable(true, false);
    for (String applet :
        List.of("sh", "sleep", "echo", "cat", "httpd", "hostname", "tail", "dd", "true", "id")) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    return directory;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring("/v2/".length());
      byte[] body = null;
      String type = "application/octet-stream";
      if (path.contains("/manifests/")) {
        body = manifests.get(path.replace("/manifests/", "/"));
        type = MANIFEST;
      } else if (path.contains("/blobs/")) {
        body = blobs.get(path.substring(path.indexOf("/blobs/") + "/blobs/".length()));
        layerPulls.addAndGet(body != null && body[0] == 0x1f ? 1 : 0);
      }
      if (body == null) {
        byte[] error =
            "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"not here\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(404, head ? -1 : error.length);
        if (!head) {
          exchange.getResponseBody().write(error);
        }
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static ObjectNode descriptor(String mediaType, byte[] content) {
    return JSON.createObjectNode()
        .put("mediaType", mediaType)
        .put("digest", digest(content))
        .put("size", content.length);
  }

  private static String digest(byte[] content) {
    return Digest.of(content).toString();
  }

  private static byte[] tar(Path root) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder("tar", "--owner=0", "--group=0", "-C", root.toString(), "-cf", "-", ".")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] bytes = tar.getInputStream().readAllBytes();
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    return bytes;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
