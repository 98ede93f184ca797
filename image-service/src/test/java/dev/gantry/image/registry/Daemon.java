package dev.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A container engine as a child of the test, with all that it has below one directory. */
final class Daemon implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Command command;
  private final Process process;

  /** Starts it and waits until a client's command gets its answer. */
  Daemon(Command command, List<String> daemon, List<String> question) throws Exception {
    this.command = command;
    Path log = command.directory().resolve("daemon.log");
    process = command.start(log, log, daemon);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!answers(question)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        close();
        throw new AssertionError(daemon.getFirst() + " does not start: " + Files.readString(log));
      }
      Thread.sleep(100);
    }
  }

  private boolean answers(List<String> question) throws IOException, InterruptedException {
    Process asked = command.start(question);
    if (!asked.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      asked.destroyForcibly();
    }
    return !asked.isAlive() && asked.exitValue() == 0;
  }

  /** Ends it and its children, and takes away the mounts that they leave. */
  @Override
  public void close() throws Exception {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    for (ProcessHandle child : children) {
      if (child.isAlive()) {
        child.destroyForcibly();
        child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
      String mounted = line.split(" ")[1];
      if (mounted.startsWith(command.directory() + "/")) {
        assertThat(new ProcessBuilder("umount", "--lazy", mounted).start().waitFor()).isZero();
      }
    }
  }
}
