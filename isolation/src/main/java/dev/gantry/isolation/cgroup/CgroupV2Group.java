package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A group of version 2: one directory. */
final class CgroupV2Group implements Cgroup {
  private static final long PERIOD_MICROS = 100_000;
  private static final long QUOTA_MICROS_MIN = 1_000;
  private static final long WEIGHT_PER_CPU = 100;
  private static final long WEIGHT_MAX = 10_000;
  private static final int FREEZE_ROUNDS_MAX = 100;
  private static final String UNLIMITED = "max";

  private final GroupDirectory directory;

  CgroupV2Group(GroupDirectory directory) {
    this.directory = directory;
  }

  void make(CgroupLimits limits) throws IOException {
    boolean made = directory.make();
    try {
      directory.write(
          "memory.max",
          limits.memoryBytes().isPresent()
              ? Long.toString(limits.memoryBytes().getAsLong())
              : UNLIMITED);
      // Missing where the kernel has no swap at all.
      if (directory.has("memory.swap.max")) {
        directory.write("memory.swap.max", limits.memoryBytes().isPresent() ? "0" : UNLIMITED);
      }
      limitCpu(limits);
      directory.write(
          "pids.max",
          limits.pids().isPresent() ? Integer.toString(limits.pids().getAsInt()) : UNLIMITED);
    } catch (IOException e) {
      if (made) {
        directory.tryRemove();
      }
      throw e;
    }
  }

  boolean exists() {
    return directory.exists();
  }

  @Override
  public String name() {
    return directory.path().getFileName().toString();
  }

  @Override
  public List<Path> directories() {
    return List.of(directory.path());
  }

  @Override
  public Optional<Path> cloneTarget() {
    return Optional.of(directory.path());
  }

  @Override
  public OomCounter oomCounter() {
    return new OomCounter(directory.path().resolve("memory.events"), "oom_kill");
  }

  @Override
  public List<Long> processes() throws IOException {
    List<Long> processes = new ArrayList<>();
    directory.collectProcesses(processes);
    return processes;
  }

  @Override
  public void kill() throws IOException {
    if (!exists()) {
      return;
    }
    if (directory.has("cgroup.kill")) {
      directory.write("cgroup.kill", "1");
      return;
    }
    // Kernels before 5.14. Unlike version 1, a frozen process can be killed.
    directory.write("cgroup.freeze", "1");
    if (frozen()) {
      Killing.killFrozen(this::processes);
    } else {
      Killing.killRunning(this::processes);
    }
    directory.write("cgroup.freeze", "0");
  }

  @Override
  public CgroupUsage usage() throws IOException {
    return new CgroupUsage(
        directory.number("memory.current"),
        (int) directory.number("pids.current"),
        Duration.of(entry("cpu.stat", "usage_usec"), ChronoUnit.MICROS));
  }

  @Override
  public void remove() throws IOException {
    directory.remove();
  }

  private boolean frozen() throws IOException {
    for (int round = 0; round < FREEZE_ROUNDS_MAX; round++) {
      if (entry("cgroup.events", "frozen") == 1) {
        return true;
      }
      GroupDirectory.pause(1);
    }
    return false;
  }

  private void limitCpu(CgroupLimits limits) throws IOException {
    if (limits.cpus().isEmpty()) {
      directory.write("cpu.max", UNLIMITED);
      directory.write("cpu.weight", Long.toString(WEIGHT_PER_CPU));
      return;
    }
    double cpus = limits.cpus().getAsDouble();
    long quota = Math.max(QUOTA_MICROS_MIN, Math.round(cpus * PERIOD_MICROS));
    directory.write("cpu.max", quota + " " + PERIOD_MICROS);
    directory.write(
        "cpu.weight", Long.toString(Math.clamp(Math.round(cpus * WEIGHT_PER_CPU), 1, WEIGHT_MAX)));
  }

  private long entry(String file, String key) throws IOException {
    return GroupDirectory.entry(directory.path().resolve(file), key);
  }
}
