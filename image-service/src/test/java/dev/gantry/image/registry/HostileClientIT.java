package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
import static dev.gantry.image.registry.Registry.header;
import static dev.gantry.image.registry.Registry.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.embedded.Backbone;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that lie, stall or vanish, and a disk that is full: the service goes on for the rest. */
class HostileClientIT {
  private static final String REPOSITORY = "hostile/app";
  private static final String DIGEST = Digest.of(bytes("abcdef")).toString();
  private static final String UPLOADS = "/v2/" + REPOSITORY + "/blobs/uploads/";
  private static final String BLOBS = "/v2/" + REPOSITORY + "/blobs/";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Backbone backbone;
  private static Path disk;
  private static ServiceProcess service;

  @BeforeAll
  static void start() throws Exception {
    disk = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "hostile-");
    run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString());
    backbone = Backbone.start(Path.of("target/backbone"));
    service =
        ServiceProcess.start(
            disk,
            backbone.jdbcUrl("hostile"),
            backbone.bootstrapServers(),
            Map.of("QUARKUS_HTTP_READ_TIMEOUT", "2S"));
    service.await("/q/health/ready", 200);
    service.registry().upload(REPOSITORY);
  }

  @AfterAll
  static void stop() throws Exception {
    if (service != null) {
      service.close();
    }
    if (backbone != null) {
      backbone.close();
    }
    run("umount", disk.toString());
    Files.delete(disk);
  }

  @Test
  void aBlobThatTheDiskHasNoRoomForIsRefusedAndTheNextIsTaken() throws Exception {
    byte[] large = new byte[40 << 20];
    String digest = Digest.of(large).toString();
    var full = service.registry().call("POST", UPLOADS + "?digest=" + digest, large);
    assertThat(full.statusCode()).isEqualTo(507);
    assertThat(codes(full)).containsExactly("UNAVAILABLE");
    assertThat(status("HEAD", BLOBS + digest)).isEqualTo(404);
    assertThat(service.registry().blob(REPOSITORY, bytes("small"))).isNotEmpty();
  }

  @Test
  void aChunkThatTheDiskHasNoRoomForCanBeSentWhenThereIs() throws Exception {
    byte[] ballast = new byte[24 << 20];
    Files.write(disk.resolve("ballast"), ballast);
    String location = service.registry().upload(REPOSITORY);
    byte[] chunk = new byte[12 << 20];
    assertThat(service.registry().call("PATCH", location, chunk).statusCode()).isEqualTo(507);
    assertThat(status("GET", "/q/health/live")).isEqualTo(200);

    Files.delete(disk.resolve("ballast"));
    String range = header(service.registry().call("GET", location, null), "Range");
    int arrived = Integer.parseInt(range.substring(2)) + 1;
    byte[] rest = new byte[chunk.length - arrived];
    String path = location + "?digest=" + Digest.of(chunk);
    String next = arrived + "-" + (chunk.length - 1);
    assertThat(service.registry().call("PUT", path, rest, "Content-Range", next).statusCode())
        .isEqualTo(201);
  }

  @Test
  void aBodyThatEndsBeforeItsLengthIsNoBlob() throws Exception {
    try (Socket socket = service.connect()) {
      send(socket, head("POST", UPLOADS + "?digest=" + DIGEST, 100) + "abcdef");
    }
    assertThat(status("HEAD", BLOBS + DIGEST)).isEqualTo(404);
    await(() -> uploads() == 0);
  }

  @Test
  void whatComesAfterTheLengthIsNotOfTheBlob() throws Exception {
    String digest = Digest.of(bytes("ghijkl")).toString();
    try (Socket socket = service.connect()) {
      send(socket, head("POST", UPLOADS + "?digest=" + digest, 6) + "ghijklmnop\r\n\r\n");
      assertThat(firstLine(socket)).contains(" 201 ");
    }
    assertThat(text(service.registry().call("GET", BLOBS + digest, null))).isEqualTo("ghijkl");
  }

  @Test
  void aSenderThatFallsSilentIsLetGo() throws Exception {
    try (Socket socket = service.connect()) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      send(socket, head("POST", UPLOADS + "?digest=" + DIGEST, 100) + "abc");
      assertThat(firstLine(socket)).doesNotContain(" 201 ");
    }
  }

  @Test
  void clientsThatVanishLeaveNothingBehind() throws Exception {
    service.registry().blob(REPOSITORY, new byte[4 << 20]);
    String large = BLOBS + Digest.of(new byte[4 << 20]);
    assertThat(status("GET", large)).isEqualTo(200);
    long before = service.openFiles();
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Socket up = service.connect();
      send(up, head("POST", UPLOADS + "?digest=" + DIGEST, 1000) + "abc");
      Socket down = service.connect();
      send(down, "GET " + large + " HTTP/1.1\r\nHost: x\r\n\r\n");
      sockets.addAll(List.of(up, down));
    }
    await(() -> service.openFiles() > before + 100);
    assertThat(status("GET", "/v2/")).isEqualTo(200);
    for (Socket socket : sockets) {
      socket.close();
    }
    // Connections to the database stay; there are twenty at most.
    await(() -> service.openFiles() <= before + 50);
    await(() -> uploads() == 0);
  }

  private static long uploads() throws IOException {
    try (var files = Files.list(disk.resolve("uploads"))) {
      return files
          .filter(file -> file.toFile().length() < 1000 && file.toFile().length() > 0)
          .count();
    }
  }

  private static int status(String method, String path) throws Exception {
    return service.registry().call(method, path, null).statusCode();
  }

  private static String head(String method, String path, long length) {
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(bytes(text));
    socket.getOutputStream().flush();
  }

  /** Empty when the service hung up without a word. */
  private static String firstLine(Socket socket) throws IOException {
    byte[] answer = new byte[32];
    int read = socket.getInputStream().readNBytes(answer, 0, answer.length);
    return new String(answer, 0, read, StandardCharsets.ISO_8859_1);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(50);
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
