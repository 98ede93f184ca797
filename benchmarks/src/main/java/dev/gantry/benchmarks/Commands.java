package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of the host. */
final class Commands {
  private static final long SECONDS_MAX = 300;

  private Commands() {}

  static String run(String... command) throws IOException {
    return run(List.of(command));
  }

  /**
   * Runs a command to its end and returns what it wrote to either output.
   *
   * @throws IOException when it fails, with what it said
   */
  static String run(List<String> command) throws IOException {
    Path output = Files.createTempFile("gantry-bench", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " did not end");
      }
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(command + ": " + text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Lets what goes on in the background come to its end. */
  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What the kernel alone takes for a process in namespaces of its own, in milliseconds. */
  static double unshareMillis() throws IOException {
    long begun = System.nanoTime();
    run(
        "unshare",
        "--user",
        "--map-root-user",
        "--fork",
        "--pid",
        "--mount",
        "--net",
        "--ipc",
        "--uts",
        "true");
    return (System.nanoTime() - begun) / 1e6;
  }
}
