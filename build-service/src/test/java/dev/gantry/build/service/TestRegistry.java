package dev.gantry.build.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.oci.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** As much of a registry as builds need, over real HTTP. */
final class TestRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final byte[] NOT_HERE =
      "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"not here\"}]}"
          .getBytes(StandardCharsets.UTF_8);
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

  TestRegistry() throws IOException {
    this(null);
  }

  /** One that wants to see a name and a password. */
  TestRegistry(String user, String password) throws IOException {
    this(
        new BasicAuthenticator("registry") {
          @Override
          public boolean checkCredentials(String shownUser, String shownPassword) {
            return user.equals(shownUser) && password.equals(shownPassword);
          }
        });
  }

  private TestRegistry(@Nullable Authenticator doorkeeper) throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
    server.createContext("/v2/", this::answer).setAuthenticator(doorkeeper);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
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
        List.of(
            "sh",
            "sleep",
            "echo",
            "cat",
            "httpd",
            "hostname",
            "tail",
            "dd",
            "true",
            "id",
            "ls",
            "rm",
            "mkdir",
            "wc",
            "stat",
            "chmod",
            "wget",
            "grep")) {
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
      if (path.contains("/blobs/uploads/")) {
        upload(exchange, path);
      } else if (path.contains("/manifests/")) {
        manifest(exchange, path.replace("/manifests/", "/"));
      } else if (path.contains("/blobs/")) {
        send(
            exchange,
            blobs.get(path.substring(path.indexOf("/blobs/") + "/blobs/".length())),
            "application/octet-stream");
      } else {
        send(exchange, null, "");
      }
    }
  }

  private void upload(HttpExchange exchange, String path) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("POST")) {
      String query = exchange.getRequestURI().getQuery();
      boolean mounted =
          query != null
              && query.startsWith("mount=")
              && blobs.containsKey(query.substring("mount=".length()).split("&")[0]);
      exchange.getResponseHeaders().set("Location", "/v2/" + path + "1?state=x");
      exchange.sendResponseHeaders(mounted ? 201 : 202, -1);
    } else {
      blobs.put(digest(body), body);
      exchange.sendResponseHeaders(201, -1);
    }
  }

  private void manifest(HttpExchange exchange, String name) throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      manifests.put(name, body);
      manifests.put(name.substring(0, name.lastIndexOf('/') + 1) + digest(body), body);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
      exchange.sendResponseHeaders(201, -1);
    } else {
      send(exchange, manifests.get(name), MANIFEST);
    }
  }

  private static void send(HttpExchange exchange, byte @Nullable [] body, String type)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] sent = body == null ? NOT_HERE : body;
    exchange.getResponseHeaders().set("Content-Type", type);
    if (body != null) {
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
    }
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(sent.length));
    }
    exchange.sendResponseHeaders(
        body == null ? 404 : 200, head || sent.length == 0 ? -1 : sent.length);
    if (!head) {
      exchange.getResponseBody().write(sent);
    }
  }

  /** The manifest and the config of an image. */
  JsonNode manifest(String name) throws IOException {
    byte[] bytes = manifests.get(name.replace(':', '/'));
    if (bytes == null) {
      throw new IOException("no image " + name + " among " + manifests.keySet());
    }
    return JSON.readTree(bytes);
  }

  JsonNode config(String name) throws IOException {
    return JSON.readTree(blobs.get(manifest(name).path("config").path("digest").asText()));
  }

  /** The names in the layers of an image, the lowest first, each list as tar prints it. */
  List<String> files(String name) throws IOException, InterruptedException {
    List<String> files = new ArrayList<>();
    for (JsonNode layer : manifest(name).path("layers")) {
      files.addAll(tar(blobs.get(layer.path("digest").asText()), "-tz"));
    }
    return files;
  }

  /** What a file holds in the topmost layer that has it. */
  String content(String name, String file) throws IOException, InterruptedException {
    String content = "";
    for (JsonNode layer : manifest(name).path("layers")) {
      byte[] blob = blobs.get(layer.path("digest").asText());
      if (tar(blob, "-tz").contains(file)) {
        content = String.join("\n", tar(blob, "-xzO", file));
      }
    }
    return content;
  }

  /** What tar says about the files of all layers: mode, owner, name. */
  List<String> listing(String name) throws IOException, InterruptedException {
    List<String> files = new ArrayList<>();
    for (JsonNode layer : manifest(name).path("layers")) {
      files.addAll(tar(blobs.get(layer.path("digest").asText()), "--numeric-owner", "-tvz"));
    }
    return files;
  }

  static List<String> tar(byte[] archive, String... arguments)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("layer", ".tgz");
    try {
      Files.write(file, archive);
      List<String> command = new ArrayList<>(List.of("tar", "-f", file.toString()));
      command.addAll(List.of(arguments));
      Process tar = new ProcessBuilder(command).start();
      String text = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      tar.waitFor();
      return text.lines().toList();
    } finally {
      Files.delete(file);
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
