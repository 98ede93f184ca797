package dev.gantry.launcher.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a launcher that was killed may have left behind for a moment: its children get SIGTERM when
 * it dies, and need some time to end.
 */
final class Predecessor {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PAUSE_MILLIS = 50;

  private Predecessor() {}

  /** Waits for the processes that the state names; kills those that do not end in time. */
  static void awaitEnd(PlatformState before) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<ProcessHandle> alive = alive(before);
      if (alive.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        alive.forEach(ProcessHandle::destroyForcibly);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static List<ProcessHandle> alive(PlatformState before) {
    return before.services().stream()
        .filter(service -> service.pid() > 0)
        .flatMap(service -> ProcessHandle.of(service.pid()).stream())
        .filter(ProcessHandle::isAlive)
        .filter(process -> isOurs(process, before))
        .toList();
  }

  /** A pid may be anybody's by now; ours name the instance's directory in their environment. */
  private static boolean isOurs(ProcessHandle process, PlatformState before) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    return contains(proc.resolve("environ"), before.home())
        || contains(proc.resolve("cmdline"), before.home());
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException gone) {
      return false;
    }
  }
}
