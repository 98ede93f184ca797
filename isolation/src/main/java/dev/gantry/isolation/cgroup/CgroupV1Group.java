package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A group of version 1: a directory of the same name in several hierarchies. */
final class CgroupV1Group implements Cgroup {
  private static final int FREEZE_ROUNDS_MAX = 100;
  private static final int FREEZE_PATIENT_ROUNDS_MAX = 10_000;
  private static final int MOVE_ROUNDS_MAX = 1000;

  private final String name;

  /** Controller to directory: those that every group is in. */
  private final Map<String, GroupDirectory> always;

  /** Those that a group is in only when it has a limit there. */
  private final Map<String, GroupDirectory> whereLimited;

  CgroupV1Group(
      String name, Map<String, GroupDirectory> always, Map<String, GroupDirectory> whereLimited) {
    this.name = name;
    this.always = always;
    this.whereLimited = whereLimited;
  }

  void make(CgroupLimits limits) throws IOException {
    List<GroupDirectory> made = new ArrayList<>();
    try {
      for (GroupDirectory directory : distinct()) {
        if (directory.make()) {
          made.add(directory);
        }
      }
      made.addAll(join(limits));
      limits().write(limits);
    } catch (IOException e) {
      for (GroupDirectory directory : made) {
        directory.tryRemove();
      }
      throw e;
    }
  }

  @Override
  public void update(CgroupLimits limits) throws IOException {
    V1Limits writer = limits();
    writer.memory(limits);
    join(limits);
    writer.write(limits);
  }

  private V1Limits limits() {
    return new V1Limits(controller -> directory(controller));
  }

  /** Enters the hierarchies that the limits need besides, with all processes. */
  private List<GroupDirectory> join(CgroupLimits limits) throws IOException {
    List<GroupDirectory> made = new ArrayList<>();
    if (limits.cpuset().isPresent()) {
      join(CgroupV1.CPUSET, made);
    }
    if (limits.ioWeight().isPresent() || !limits.io().isEmpty()) {
      join(CgroupV1.BLKIO, made);
    }
    return made;
  }

  private void join(String controller, List<GroupDirectory> made) throws IOException {
    GroupDirectory directory = whereLimited.get(controller);
    if (directory == null) {
      throw new IOException("this host has no control groups of " + controller);
    }
    if (!directory.make()) {
      return;
    }
    made.add(directory);
    if (controller.equals(CgroupV1.CPUSET)) {
      CgroupV1.inheritCpuset(directory.parent(), directory);
    }
    move(directory);
  }

  /** Until a look finds nobody new: a process may fork meanwhile. */
  private void move(GroupDirectory directory) throws IOException {
    Set<Long> moved = new HashSet<>();
    for (int round = 0; round < MOVE_ROUNDS_MAX; round++) {
      List<Long> found = processes();
      if (moved.containsAll(found)) {
        return;
      }
      for (long pid : found) {
        if (moved.add(pid)) {
          directory.add(pid);
        }
      }
    }
    throw new IOException("a control group forks faster than it can be moved");
  }

  boolean exists() {
    return distinct().stream().anyMatch(GroupDirectory::exists);
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
    return new OomCounter(required("memory").path().resolve("memory.oom_control"), "oom_kill");
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
    GroupDirectory freezer = always.get("freezer");
    if (freezer == null || !freezer.exists()) {
      Killing.killRunning(this::processes);
      return;
    }
    try {
      if (frozen(freezer, FREEZE_ROUNDS_MAX)) {
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
  public void freeze() throws IOException {
    GroupDirectory freezer = required("freezer");
    if (!frozen(freezer, FREEZE_PATIENT_ROUNDS_MAX)) {
      freezer.write("freezer.state", "THAWED");
      throw new IOException("a process of the control group " + name + " cannot be frozen");
    }
  }

  @Override
  public void thaw() throws IOException {
    required("freezer").write("freezer.state", "THAWED");
  }

  @Override
  public boolean frozen() throws IOException {
    GroupDirectory freezer = always.get("freezer");
    return freezer != null && freezer.read("freezer.self_freezing").equals("1");
  }

  @Override
  public CgroupStats stats() throws IOException {
    return V1Stats.read(controller -> directory(controller));
  }

  @Override
  public void remove() throws IOException {
    for (GroupDirectory directory : distinct()) {
      directory.remove();
    }
  }

  /** Whether all processes stand still; one in an uninterruptible wait may not for long. */
  private static boolean frozen(GroupDirectory freezer, int roundsMax) throws IOException {
    for (int round = 0; round < roundsMax; round++) {
      freezer.write("freezer.state", "FROZEN");
      if (freezer.read("freezer.state").equals("FROZEN")) {
        return true;
      }
      GroupDirectory.pause(1);
    }
    return false;
  }

  private Optional<GroupDirectory> directory(String controller) {
    GroupDirectory directory = always.getOrDefault(controller, whereLimited.get(controller));
    return Optional.ofNullable(directory).filter(GroupDirectory::exists);
  }

  private GroupDirectory required(String controller) {
    GroupDirectory directory = always.get(controller);
    if (directory == null) {
      throw new IllegalStateException("no hierarchy with the controller " + controller);
    }
    return directory;
  }

  /** Those that it is in; controllers that are mounted together share a directory. */
  private List<GroupDirectory> distinct() {
    Set<GroupDirectory> distinct = new java.util.LinkedHashSet<>(always.values());
    whereLimited.values().stream().filter(GroupDirectory::exists).forEach(distinct::add);
    return List.copyOf(distinct);
  }
}
