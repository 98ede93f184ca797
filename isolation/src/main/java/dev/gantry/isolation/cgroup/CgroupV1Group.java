package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** A group of version 1: a directory of the same name in several hierarchies. */
final class CgroupV1Group implements Cgroup {
  private static final long PERIOD_MICROS = 100_000;
  private static final long QUOTA_MICROS_MIN = 1_000;
  private static final long SHARES_PER_CPU = 1_024;
  private static final long SHARES_MAX = 262_144;
  private static final int FREEZE_ROUNDS_MAX = 100;
  private static final String UNLIMITED = "-1";

  private final String name;
  private final Map<String, GroupDirectory> byController;

  CgroupV1Group(String name, Map<String, GroupDirectory> byController) {
    this.name = name;
    this.byController = byController;
  }

  void make(CgroupLimits limits) throws IOException {
    List<GroupDirectory> made = new ArrayList<>();
    try {
      for (GroupDirectory directory : distinct()) {
        if (directory.make()) {
          made.add(directory);
        }
      }
      limitMemory(limits);
      limitCpu(limits);
      controller("pids")
          .write(
              "pids.max",
              limits.pids().isPresent() ? Integer.toString(limits.pids().getAsInt()) : "max");
    } catch (IOException e) {
      for (GroupDirectory directory : made) {
        directory.tryRemove();
      }
      throw e;
    }
  }

  boolean exists() {
    return byController.values().stream().anyMatch(GroupDirectory::exists);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Path> directories() {
    return distinct().stream().map(GroupDirectory::path).toList();
  }

  @Override
  public Optional<Path> cloneTarget() {
    return Optional.empty();
  }

  @Override
  public OomCounter oomCounter() {
    return new OomCounter(controller("memory").path().resolve("memory.oom_control"), "oom_kill");
  }

  @Override
  public List<Long> processes() throws IOException {
    // Of all hierarchies: a process may be on its way in.
    TreeSet<Long> processes = new TreeSet<>();
    for (GroupDirectory directory : distinct()) {
      directory.collectProcesses(processes);
    }
    return List.copyOf(processes);
  }

  @Override
  public void kill() throws IOException {
    GroupDirectory freezer = byController.get("freezer");
    if (freezer == null || !freezer.exists()) {
      Killing.killRunning(this::processes);
      return;
    }
    try {
      if (frozen(freezer)) {
        Killing.killFrozen(this::processes);
      } else {
        Killing.killRunning(this::processes);
      }
    } finally {
      // A frozen process gets its signal when it thaws.
      if (freezer.exists()) {
        freezer.write("freezer.state", "THAWED");
      }
    }
    // Those on their way in, which the freezer did not hold.
    Killing.killRunning(this::processes);
  }

  @Override
  public CgroupUsage usage() throws IOException {
    return new CgroupUsage(
        controller("memory").number("memory.usage_in_bytes"),
        (int) controller("pids").number("pids.current"),
        Duration.ofNanos(controller("cpuacct").number("cpuacct.usage")));
  }

  @Override
  public void remove() throws IOException {
    for (GroupDirectory directory : distinct()) {
      directory.remove();
    }
  }

  /** Whether all processes stand still; one in an uninterruptible wait may not for long. */
  private static boolean frozen(GroupDirectory freezer) throws IOException {
    for (int round = 0; round < FREEZE_ROUNDS_MAX; round++) {
      freezer.write("freezer.state", "FROZEN");
      if (freezer.read("freezer.state").equals("FROZEN")) {
        return true;
      }
      GroupDirectory.pause(1);
    }
    return false;
  }

  /**
   * Memory with swap may never be less than memory: which goes first depends on what was before.
   */
  private void limitMemory(CgroupLimits limits) throws IOException {
    GroupDirectory memory = controller("memory");
    String limit =
        limits.memoryBytes().isPresent()
            ? Long.toString(limits.memoryBytes().getAsLong())
            : UNLIMITED;
    if (!memory.has("memory.memsw.limit_in_bytes")) {
      memory.write("memory.limit_in_bytes", limit);
    } else if (limits.memoryBytes().orElse(Long.MAX_VALUE)
        > memory.number("memory.memsw.limit_in_bytes")) {
      memory.write("memory.memsw.limit_in_bytes", limit);
      memory.write("memory.limit_in_bytes", limit);
    } else {
      memory.write("memory.limit_in_bytes", limit);
      memory.write("memory.memsw.limit_in_bytes", limit);
    }
  }

  private void limitCpu(CgroupLimits limits) throws IOException {
    GroupDirectory cpu = controller("cpu");
    if (limits.cpus().isEmpty()) {
      cpu.write("cpu.cfs_quota_us", UNLIMITED);
      cpu.write("cpu.shares", Long.toString(SHARES_PER_CPU));
      return;
    }
    double cpus = limits.cpus().getAsDouble();
    cpu.write("cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
    cpu.write(
        "cpu.cfs_quota_us",
        Long.toString(Math.max(QUOTA_MICROS_MIN, Math.round(cpus * PERIOD_MICROS))));
    cpu.write(
        "cpu.shares", Long.toString(Math.clamp(Math.round(cpus * SHARES_PER_CPU), 2, SHARES_MAX)));
  }

  private GroupDirectory controller(String controller) {
    GroupDirectory directory = byController.get(controller);
    if (directory == null) {
      throw new IllegalStateException("no hierarchy with the controller " + controller);
    }
    return directory;
  }

  /** Controllers that are mounted together share a directory. */
  private List<GroupDirectory> distinct() {
    return byController.values().stream().distinct().toList();
  }
}
