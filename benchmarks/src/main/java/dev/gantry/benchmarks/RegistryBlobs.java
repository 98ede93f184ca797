package dev.gantry.benchmarks;

import dev.gantry.benchmarks.RegistryConnection.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A large blob into a registry and out of it. */
final class RegistryBlobs {
  private static final double MIB = 1 << 20;
  private static final long CHUNK_BYTES = 64 << 20;
  private static final byte[] NOTHING = {};
  private static final String UPLOADS = "/v2/bench/blobs/blobs/uploads/";
  private static final String BLOBS = "/v2/bench/blobs/blobs/";

  private final BlobFile blob;
  private final Comparison comparison;

  RegistryBlobs(BlobFile blob, Comparison comparison) {
    this.blob = blob;
    this.comparison = comparison;
  }

  /** Something that moves bytes. */
  private interface Transfer {
    void run() throws IOException;
  }

  /** POST, then all in one PUT. */
  void put(RegistryServer server, String what) throws IOException {
    try (RegistryConnection connection = server.connect()) {
      measure(
          server,
          what,
          blob.bytes(),
          () ->
              connection.send("PUT", withDigest(begin(connection)), "", blob.whole()).expect(201));
    }
  }

  /** All in one POST; false when the registry does not take that. */
  boolean post(RegistryServer server, String what) throws IOException {
    try (RegistryConnection connection = server.connect()) {
      String empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
      if (connection.send("POST", UPLOADS + "?digest=" + empty, "", NOTHING).status() != 201) {
        return false;
      }
      String path = UPLOADS + "?digest=" + blob.digest();
      measure(
          server,
          what,
          blob.bytes(),
          () -> connection.send("POST", path, "", blob.whole()).expect(201));
    }
    return true;
  }

  /** POST, then PATCH by PATCH, then an empty PUT. */
  void patch(RegistryServer server, String what) throws IOException {
    try (RegistryConnection connection = server.connect()) {
      measure(server, what, blob.bytes(), () -> chunks(connection));
    }
  }

  private void chunks(RegistryConnection connection) throws IOException {
    String location = begin(connection);
    for (long from = 0; from < blob.bytes(); from += CHUNK_BYTES) {
      long count = Math.min(CHUNK_BYTES, blob.bytes() - from);
      String range = "Content-Range: %d-%d\r\n".formatted(from, from + count - 1);
      Answer answer = connection.send("PATCH", location, range, blob.part(from, count));
      location = path(answer.expect(202).header("Location"));
    }
    connection.send("PUT", withDigest(location), "", NOTHING).expect(201);
  }

  private static String begin(RegistryConnection connection) throws IOException {
    return path(connection.send("POST", UPLOADS, "", NOTHING).expect(202).header("Location"));
  }

  private String withDigest(String location) {
    return location + (location.contains("?") ? "&" : "?") + "digest=" + blob.digest();
  }

  private static String path(String location) {
    return location.substring(location.indexOf("/v2/"));
  }

  /** Gets the whole blob, a number of clients at the same time. */
  void get(RegistryServer server, String what, int clients) throws IOException {
    measure(
        server,
        what,
        clients * blob.bytes(),
        () -> {
          try (ExecutorService pool = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
              all.add(
                  pool.submit(
                      () -> {
                        get(server);
                        return null;
                      }));
            }
            for (Future<?> each : all) {
              each.get();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          } catch (ExecutionException e) {
            throw new IOException(e.getCause());
          }
        });
  }

  private void get(RegistryServer server) throws IOException {
    try (BlobSink sink = new BlobSink(server.address())) {
      long bytes = sink.get(BLOBS + blob.digest());
      if (bytes != blob.bytes()) {
        throw new IllegalStateException("not the whole blob: " + bytes);
      }
    }
  }

  /** Asks for the blob's bytes to be dropped, so that the disk does not fill. */
  void delete(RegistryServer server) throws IOException {
    try (RegistryConnection connection = server.connect()) {
      connection.send("DELETE", BLOBS + blob.digest(), "", NOTHING).expect(202);
    }
  }

  private void measure(RegistryServer server, String what, long bytes, Transfer transfer)
      throws IOException {
    long cpu = server.cpuMillis();
    long begun = System.nanoTime();
    transfer.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    double mib = bytes / MIB;
    comparison.rate(what, server, mib / seconds, "MiB/s");
    comparison.cost(
        what + ", CPU", server, (server.cpuMillis() - cpu) / 1000.0 / (mib / 1024), "s/GiB");
    comparison.cost("memory after blobs", server, server.residentMib(), "MiB");
  }
}
