package dev.gantry.isolation.cgroup;

import dev.gantry.linux.process.Bell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Where the kernel counts the processes of a group that it killed for want of memory: a line {@code
 * <key> <count>} of a file.
 */
public record OomCounter(Path file, String key) {
  private static final String V1 = "memory.oom_control";
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 5;

  /**
   * The count now.
   *
   * @throws IOException when the group is gone
   */
  public long read() throws IOException {
    return GroupDirectory.entry(file, key);
  }

  /** Rings when the count has changed, or (version 1) is about to; see {@link #awaitMoreThan}. */
  public Bell bell() throws IOException {
    return file.endsWith(V1)
        ? Bell.ofMemoryShortage(Objects.requireNonNull(file.getParent()))
        : Bell.ofChanges(file);
  }

  /**
   * The count, once it is more than before: version 1 rings before it kills. The count before,
   * where nothing was killed after all, as when something else ended in time.
   *
   * @throws IOException when the group is gone
   */
  public long awaitMoreThan(long before) throws IOException {
    long deadline = System.nanoTime() + KILL_PATIENCE.toNanos();
    long count = read();
    while (file.endsWith(V1) && count <= before && System.nanoTime() < deadline) {
      GroupDirectory.pause(PAUSE_MILLIS);
      count = read();
    }
    return count;
  }
}
