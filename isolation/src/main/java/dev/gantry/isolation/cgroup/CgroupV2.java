package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Version 2: one hierarchy, in which a parent hands controllers down to its children. */
final class CgroupV2 implements CgroupHierarchy {
  private static final String CONTROLLERS = "+cpu +memory +pids";

  /** What a kernel may lack, or whoever delegated the top to us may keep. */
  private static final List<String> OPTIONAL = List.of("cpuset", "io");

  /** Where processes of an inner group go: only leaves may have any (the "no internal" rule). */
  private static final String LEAF = "leaf";

  private static final System.Logger LOG = System.getLogger(CgroupV2.class.getName());

  private final GroupDirectory parent;

  private CgroupV2(GroupDirectory parent) {
    this.parent = parent;
  }

  static CgroupV2 below(GroupDirectory top, List<String> levels) throws IOException {
    GroupDirectory directory = top;
    handDown(directory);
    for (String level : levels) {
      directory = directory.child(level);
      directory.make();
      handDown(directory);
    }
    return new CgroupV2(directory);
  }

  @Override
  public CgroupVersion version() {
    return CgroupVersion.V2;
  }

  @Override
  public Cgroup create(String name, CgroupLimits limits) throws IOException {
    CgroupV2Group group = group(name);
    group.make(limits);
    return group;
  }

  @Override
  public Optional<Cgroup> find(String name) {
    CgroupV2Group group = group(name);
    return group.exists() ? Optional.of(group) : Optional.empty();
  }

  @Override
  public boolean supports(Feature feature) {
    return switch (feature) {
      case RESERVATION -> parent.has("memory.low");
      case SWAP -> parent.has("memory.swap.max");
      case CPUSET -> handsDown("cpuset");
      case IO_WEIGHT -> handsDown("io") && (parent.has("io.weight") || parent.has("io.bfq.weight"));
      case IO_LIMIT -> handsDown("io") && parent.has("io.max");
      case FREEZE -> parent.has("cgroup.freeze");
      case OOM_GROUP -> parent.has("memory.oom.group");
      case PRESSURE -> new Readings(parent.path()).pressure("memory.pressure").isPresent();
      case KILL -> parent.has("cgroup.kill");
    };
  }

  private boolean handsDown(String controller) {
    return new Readings(parent.path())
        .lines("cgroup.subtree_control").stream()
            .anyMatch(line -> Arrays.asList(line.split(" ")).contains(controller));
  }

  @Override
  public CpuSet cpus() throws IOException {
    return parent.has("cpuset.cpus.effective")
        ? CpuSet.parse(parent.read("cpuset.cpus.effective"))
        : GroupDirectory.onlineCpus();
  }

  @Override
  public List<String> names() throws IOException {
    return parent.children().stream()
        .map(child -> child.path().getFileName().toString())
        .filter(name -> !name.equals(LEAF))
        .sorted()
        .toList();
  }

  @Override
  public void removeParent() throws IOException {
    if (parent.children().isEmpty()) {
      parent.tryRemove();
    }
  }

  private CgroupV2Group group(String name) {
    return new CgroupV2Group(parent.child(CgroupDetection.checked(name)));
  }

  /**
   * Lets the children have the controllers. In a container, the top of what we see has processes
   * and yet is not the real root: they then move to a leaf, as every container engine in a
   * container does.
   */
  private static void handDown(GroupDirectory directory) throws IOException {
    try {
      directory.write("cgroup.subtree_control", CONTROLLERS);
    } catch (IOException e) {
      List<Long> processes = new ArrayList<>();
      directory.read("cgroup.procs").lines().map(Long::valueOf).forEach(processes::add);
      if (!processes.contains(ProcessHandle.current().pid())) {
        throw e;
      }
      moveToLeaf(directory, processes);
      directory.write("cgroup.subtree_control", CONTROLLERS);
    }
    Readings readings = new Readings(directory.path());
    for (String line : readings.lines("cgroup.controllers")) {
      for (String controller : OPTIONAL) {
        if (Arrays.asList(line.split(" ")).contains(controller)) {
          handDown(directory, controller);
        }
      }
    }
  }

  /** Limits that need it are refused where it fails. */
  private static void handDown(GroupDirectory directory, String controller) {
    try {
      directory.write("cgroup.subtree_control", "+" + controller);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "no limits of " + controller + ": " + e.getMessage());
    }
  }

  private static void moveToLeaf(GroupDirectory directory, List<Long> processes)
      throws IOException {
    GroupDirectory leaf = directory.child(LEAF);
    leaf.make();
    for (long pid : processes) {
      leaf.add(pid);
    }
  }
}
