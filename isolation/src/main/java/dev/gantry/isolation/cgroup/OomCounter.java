package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where the kernel counts the processes of a group that it killed for want of memory: a line {@code
 * <key> <count>} of a file.
 */
public record OomCounter(Path file, String key) {
  /**
   * The count now.
   *
   * @throws IOException when the group is gone
   */
  public long read() throws IOException {
    return GroupDirectory.entry(file, key);
  }
}
