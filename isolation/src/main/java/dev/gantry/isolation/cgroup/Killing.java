package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The end of all processes of a group where the kernel has no single call for it. */
final class Killing {
  private static final int ROUNDS_MAX = 1000;

  private Killing() {}

  /** Where to look for the processes of a group. */
  @FunctionalInterface
  interface Group {
    List<Long> processes() throws IOException;
  }

  /** Kills the processes of a group that stands still: one look is enough. */
  static void killFrozen(Group group) throws IOException {
    group.processes().forEach(Killing::kill);
  }

  /**
   * Kills the processes of a group that may fork meanwhile: looks until it finds nobody new. One
   * that was killed cannot fork, so each round that finds somebody new leaves fewer to fork.
   */
  static void killRunning(Group group) throws IOException {
    Set<Long> killed = new HashSet<>();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<Long> found = group.processes();
      if (killed.containsAll(found)) {
        return;
      }
      found.forEach(Killing::kill);
      killed.addAll(found);
    }
    throw new IOException("a control group forks faster than it can be killed");
  }

  /** By a handle, which compares the start time: a process id may be somebody else's by now. */
  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
