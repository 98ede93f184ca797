package dev.gantry.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Debian's docker-registry, the CNCF distribution, as a child of this process with a directory of
 * its own, set as for production: descriptors cached in memory, no access log.
 */
final class RegistryPeer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  private final Path directory;
  private final Process process;
  private final RegistryServer server;

  private RegistryPeer(Path directory, Process process, RegistryServer server) {
    this.directory = directory;
    this.process = process;
    this.server = server;
  }

  /** Why it cannot be measured here, or an empty text. */
  static String unavailable() {
    return Files.isExecutable(PROGRAM)
        ? ""
        : "it is not installed: apt-get install docker-registry";
  }

  /** Starts it on a free port, with its storage in a new directory below this one. */
  static RegistryPeer start(Path below) throws IOException {
    Path directory = Files.createTempDirectory(below, "docker-registry-");
    Process process = null;
    try {
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", FirstAnswer.freePort());
      Path config = directory.resolve("config.yml");
      Files.writeString(config, config(directory, address));
      process =
          new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      FirstAnswer.await(address.getPort(), PATIENCE);
      RegistryServer server = new RegistryServer("docker-registry", address, process.pid());
      return new RegistryPeer(directory, process, server);
    } catch (IOException | RuntimeException e) {
      end(process, directory);
      throw e;
    }
  }

  private static String config(Path directory, InetSocketAddress address) {
    return """
    version: 0.1
    log:
      level: error
      accesslog:
        disabled: true
    storage:
      cache:
        blobdescriptor: inmemory
      filesystem:
        rootdirectory: %s/storage
      delete:
        enabled: true
    http:
      addr: %s:%d
    """
        .formatted(directory, address.getHostString(), address.getPort());
  }

  RegistryServer server() {
    return server;
  }

  /** Makes room: the bytes of blobs that it has deleted stay until its own collection. */
  void forget(String digest) throws IOException {
    String hex = digest.substring(digest.indexOf(':') + 1);
    Path blobs = directory.resolve("storage/docker/registry/v2/blobs/sha256");
    Files.deleteIfExists(blobs.resolve(hex.substring(0, 2)).resolve(hex).resolve("data"));
  }

  @Override
  public void close() throws IOException {
    end(process, directory);
  }

  private static void end(@Nullable Process process, Path directory) throws IOException {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Commands.run("rm", "-rf", directory.toString());
  }
}
