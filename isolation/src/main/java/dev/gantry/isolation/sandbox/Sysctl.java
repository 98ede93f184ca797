package dev.gantry.isolation.sandbox;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a setting of the kernel that each sandbox has for itself, since it belongs to its ipc
 * or network namespace: {@code net.ipv4.tcp_syncookies}. All others are the host's and refused
 * here; the kernel refuses them again.
 */
public record Sysctl(String name) {
  private static final Pattern NAME = Pattern.compile("[a-z]+(\\.[A-Za-z0-9_-]+)+");
  private static final int NAME_LENGTH_MAX = 200;
  private static final Set<String> OF_IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  /** Refuses what is not of a namespace. */
  public Sysctl {
    boolean known =
        OF_IPC.contains(name) || name.startsWith("fs.mqueue.") || name.startsWith("net.");
    if (name.length() > NAME_LENGTH_MAX || !NAME.matcher(name).matches() || !known) {
      throw new IllegalArgumentException(
          "'%s' is not a setting of a container's own (kernel.msg*, kernel.sem, kernel.shm*, fs.mqueue.*, net.*)"
              .formatted(name));
    }
  }

  /** Whether it belongs to the network namespace. */
  public boolean ofNetwork() {
    return name.startsWith("net.");
  }

  /** Where it is below {@code /proc/sys}. */
  String path() {
    return name.replace('.', '/');
  }
}
