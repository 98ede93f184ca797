package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A group of version 2: one directory. */
final class CgroupV2Group implements Cgroup {
  private static final int FREEZE_ROUNDS_MAX = 100;
  private static final int FREEZE_PATIENT_ROUNDS_MAX = 10_000;

  private final GroupDirectory directory;

  CgroupV2Group(GroupDirectory directory) {
    this.directory = directory;
  }

  void make(CgroupLimits limits) throws IOException {
    boolean made = directory.make();
    try {
      // Who lives on after one of them was killed would be half a container.
      if (directory.has("memory.oom.group")) {
        directory.write("memory.oom.group", "1");
      }
      new V2Limits(directory).write(limits);
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
    if (standsStill(FREEZE_ROUNDS_MAX)) {
      Killing.killFrozen(this::processes);
    } else {
      Killing.killRunning(this::processes);
    }
    directory.write("cgroup.freeze", "0");
  }

  @Override
  public void update(CgroupLimits limits) throws IOException {
    new V2Limits(directory).update(limits);
  }

  @Override
  public void freeze() throws IOException {
    directory.write("cgroup.freeze", "1");
    if (!standsStill(FREEZE_PATIENT_ROUNDS_MAX)) {
      thaw();
      throw new IOException("a process of the control group " + name() + " cannot be frozen");
    }
  }

  @Override
  public void thaw() throws IOException {
    directory.write("cgroup.freeze", "0");
  }

  @Override
  public boolean frozen() throws IOException {
    return directory.has("cgroup.freeze") && directory.number("cgroup.freeze") == 1;
  }

  @Override
  public CgroupStats stats() throws IOException {
    return V2Stats.read(directory);
  }

  @Override
  public void remove() throws IOException {
    directory.remove();
  }

  private boolean standsStill(int roundsMax) throws IOException {
    for (int round = 0; round < roundsMax; round++) {
      if (GroupDirectory.entry(directory.path().resolve("cgroup.events"), "frozen") == 1) {
        return true;
      }
      GroupDirectory.pause(1);
    }
    return false;
  }
}
