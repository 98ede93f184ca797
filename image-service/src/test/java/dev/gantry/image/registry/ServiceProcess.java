package dev.gantry.image.registry;

import dev.gantry.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The built service as a process of its own, which may be killed. */
final class ServiceProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final int port;
  private final Registry registry;

  private ServiceProcess(Process process, int port) {
    this.process = process;
    this.port = port;
    this.registry = new Registry(URI.create("http://127.0.0.1:" + port + "/"));
  }

  /** Starts it; it answers some time later. */
  static ServiceProcess start(Path state, String jdbcUrl, String bootstrapServers)
      throws IOException {
    return start(state, jdbcUrl, bootstrapServers, Map.of());
  }

  /** The same, with more variables in its environment. */
  static ServiceProcess start(
      Path state, String jdbcUrl, String bootstrapServers, Map<String, String> more)
      throws IOException {
    int port = FreePort.find();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl,
                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "GANTRY_HOME", state.toString(),
                "GANTRY_STATE_DIR", state.toString()));
    builder.environment().putAll(more);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(state.resolve("log").toFile()));
    return new ServiceProcess(builder.start(), port);
  }

  /** A connection of one's own, for what no HTTP client would send. */
  Socket connect() throws IOException {
    return new Socket("127.0.0.1", port);
  }

  /** How many files and sockets it has open. */
  long openFiles() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return descriptors.count();
    }
  }

  /** A field of its status in KiB, as {@code VmHWM} (proc(5)). */
  long statusKib(String field) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      String line = lines.filter(each -> each.startsWith(field + ":")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }

  Registry registry() {
    return registry;
  }

  /** Waits until this path answers so. */
  void await(String path, int status) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (status(path) != status) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        throw new AssertionError(path + " does not answer " + status);
      }
      Thread.sleep(50);
    }
  }

  private int status(String path) throws InterruptedException {
    try {
      return registry.call("GET", path, null).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Kills it with SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    kill();
  }
}
