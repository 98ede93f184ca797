package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another engine with Docker's command line, measured in the same run.
 *
 * @param program {@code docker} or {@code podman}
 */
record Peer(String program) {
  private static final String IMAGE = "gantry-bench";

  /** Why this engine cannot be measured here, or an empty text. */
  String unavailable() {
    try {
      execute(program, "info");
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Makes the image that is measured from the host's static busybox. */
  void prepare() throws IOException {
    Path root = Files.createTempDirectory("gantry-bench");
    try {
      Files.createDirectory(root.resolve("bin"));
      Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
      execute("sh", "-c", "tar -C " + root + " -c . | " + program + " import - " + IMAGE);
    } finally {
      Files.deleteIfExists(root.resolve("bin/busybox"));
      Files.deleteIfExists(root.resolve("bin"));
      Files.deleteIfExists(root);
    }
  }

  /** Milliseconds from the command to the first answer on the published port. */
  double firstAnswerMillis() throws IOException {
    int port = FirstAnswer.freePort();
    long start = System.nanoTime();
    String id =
        execute(
            program,
            "run",
            "-d",
            "--pull=never",
            "-p",
            "127.0.0.1:" + port + ":8080",
            IMAGE,
            "/bin/busybox",
            "httpd",
            "-f",
            "-p",
            "8080");
    long answered = FirstAnswer.await(port, Duration.ofSeconds(20));
    execute(program, "rm", "-f", id.trim());
    return (answered - start) / 1e6;
  }

  static String execute(String... command) throws IOException {
    Path output = Files.createTempFile("gantry-bench", ".out");
    try {
      List<String> words = List.of(command);
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(words + " did not end");
      }
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(words + ": " + text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
