package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.embedded.Backbone;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sixty-four transfers at a time through a service whose heap has 256 MiB. */
class ManyTransfersIT {
  private static final int CLIENTS = 64;
  private static final long GIB = 1L << 30;

  /** All that is uploaded is on the disk at the same time, so that it cannot be 64 GiB. */
  private static final long UPLOAD_BYTES = 64L << 20;

  /** Heap, code, stacks, buffers of sockets: far from what is under way. */
  private static final long RESIDENT_KIB_MAX = 700 * 1024;

  private static final byte[] PIECE = new byte[1 << 20];

  private static Backbone backbone;
  private static Path state;
  private static ServiceProcess service;

  @BeforeAll
  static void start() throws Exception {
    backbone = Backbone.start(Path.of("target/backbone"));
    state = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "transfers-");
    service =
        ServiceProcess.start(state, backbone.jdbcUrl("transfers"), backbone.bootstrapServers());
    service.await("/q/health/ready", 200);
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    backbone.close();
    assertThat(new ProcessBuilder("rm", "-r", state.toString()).start().waitFor()).isZero();
  }

  @Test
  void uploadsOfManyAtATimeTakeConstantMemory() throws Exception {
    String digest = digest(UPLOAD_BYTES);
    atATime(() -> upload(digest, UPLOAD_BYTES));
    assertThat(service.registry().call("GET", "/v2/", null).statusCode()).isEqualTo(200);
    assertThat(service.statusKib("VmHWM")).isLessThan(RESIDENT_KIB_MAX);
  }

  @Test
  void aGibibyteForManyAtATimeTakesConstantMemory() throws Exception {
    String digest = digest(GIB);
    upload(digest, GIB);
    atATime(() -> download(digest));
    assertThat(service.registry().call("GET", "/v2/", null).statusCode()).isEqualTo(200);
    assertThat(service.statusKib("VmHWM")).isLessThan(RESIDENT_KIB_MAX);
    service.registry().call("DELETE", "/v2/transfers/app/blobs/" + digest, null);
  }

  private static void atATime(Callable<Void> transfer) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(transfer));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    }
  }

  private static Void upload(String digest, long size) throws IOException {
    try (Socket socket = service.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(
          bytes(
              "POST /v2/transfers/app/blobs/uploads/?digest="
                  + digest
                  + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  + size
                  + "\r\n\r\n"));
      for (long sent = 0; sent < size; sent += PIECE.length) {
        out.write(PIECE);
      }
      out.flush();
      assertThat(head(socket.getInputStream())).contains(" 201 ");
    }
    return null;
  }

  private static Void download(String digest) throws IOException {
    try (Socket socket = service.connect()) {
      String path = "/v2/transfers/app/blobs/" + digest;
      socket
          .getOutputStream()
          .write(bytes("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
      InputStream in = socket.getInputStream();
      assertThat(head(in)).contains(" 200 ");
      byte[] piece = new byte[64 * 1024];
      long received = 0;
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        received += read;
      }
      assertThat(received).isEqualTo(GIB);
    }
    return null;
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("hung up after " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static String digest(long size) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    for (long hashed = 0; hashed < size; hashed += PIECE.length) {
      hash.update(PIECE);
    }
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
  }
}
