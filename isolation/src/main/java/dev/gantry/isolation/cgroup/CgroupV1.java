package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Version 1: a hierarchy for each controller, or for a few mounted together. Every group is in
 * those with a limit, a count or the freezer; in the others only where it has a limit there: each
 * costs every start a write to its {@code cgroup.procs}.
 */
final class CgroupV1 implements CgroupHierarchy {
  static final String CPUSET = "cpuset";
  static final String BLKIO = "blkio";

  private static final List<String> ALWAYS = List.of("cpu", "cpuacct", "memory", "pids", "freezer");
  private static final List<String> WHERE_LIMITED = List.of(CPUSET, BLKIO);
  private static final List<String> CPUSET_FILES = List.of("cpuset.cpus", "cpuset.mems");

  /** Controller to our parent group in its hierarchy. */
  private final Map<String, GroupDirectory> parents;

  private CgroupV1(Map<String, GroupDirectory> parents) {
    this.parents = parents;
  }

  static CgroupV1 below(Map<String, Path> mounts, List<String> levels) throws IOException {
    Map<String, GroupDirectory> parents = new LinkedHashMap<>();
    for (List<String> controllers : List.of(ALWAYS, WHERE_LIMITED)) {
      for (String controller : controllers) {
        if (mounts.containsKey(controller)) {
          parents.put(controller, parent(controller, mounts.get(controller), levels));
        }
      }
    }
    return new CgroupV1(parents);
  }

  private static GroupDirectory parent(String controller, Path mount, List<String> levels)
      throws IOException {
    GroupDirectory directory = new GroupDirectory(mount);
    for (String level : levels) {
      GroupDirectory above = directory;
      directory = above.child(level);
      directory.make();
      if (controller.equals(CPUSET)) {
        inheritCpuset(above, directory);
      }
    }
    return directory;
  }

  /** A new group of this controller has no processors and no memory, and so takes no process. */
  static void inheritCpuset(GroupDirectory above, GroupDirectory directory) throws IOException {
    for (String file : CPUSET_FILES) {
      if (directory.has(file) && directory.read(file).isEmpty()) {
        directory.write(file, above.read(file));
      }
    }
  }

  @Override
  public CgroupVersion version() {
    return CgroupVersion.V1;
  }

  @Override
  public Cgroup create(String name, CgroupLimits limits) throws IOException {
    CgroupV1Group group = group(name);
    group.make(limits);
    return group;
  }

  @Override
  public Optional<Cgroup> find(String name) {
    CgroupV1Group group = group(name);
    return group.exists() ? Optional.of(group) : Optional.empty();
  }

  @Override
  public boolean supports(Feature feature) {
    return switch (feature) {
      case RESERVATION -> has("memory", "memory.soft_limit_in_bytes");
      case SWAP -> has("memory", "memory.memsw.limit_in_bytes");
      case CPUSET -> parents.containsKey(CPUSET);
      case IO_WEIGHT -> has(BLKIO, "blkio.weight") || has(BLKIO, "blkio.bfq.weight");
      case IO_LIMIT -> has(BLKIO, "blkio.throttle.read_bps_device");
      case FREEZE -> parents.containsKey("freezer");
      case OOM_GROUP, PRESSURE, KILL -> false;
    };
  }

  private boolean has(String controller, String file) {
    GroupDirectory parent = parents.get(controller);
    return parent != null && parent.has(file);
  }

  @Override
  public CpuSet cpus() throws IOException {
    GroupDirectory cpuset = parents.get(CPUSET);
    return cpuset != null && cpuset.has("cpuset.effective_cpus")
        ? CpuSet.parse(cpuset.read("cpuset.effective_cpus"))
        : GroupDirectory.onlineCpus();
  }

  @Override
  public List<String> names() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (GroupDirectory parent : parents.values()) {
      parent.children().forEach(child -> names.add(child.path().getFileName().toString()));
    }
    return List.copyOf(names);
  }

  @Override
  public void removeParent() throws IOException {
    for (GroupDirectory parent : parents.values()) {
      if (parent.children().isEmpty()) {
        parent.tryRemove();
      }
    }
  }

  private CgroupV1Group group(String name) {
    CgroupDetection.checked(name);
    Map<String, GroupDirectory> always = new LinkedHashMap<>();
    Map<String, GroupDirectory> whereLimited = new LinkedHashMap<>();
    parents.forEach(
        (controller, parent) ->
            (WHERE_LIMITED.contains(controller) ? whereLimited : always)
                .put(controller, parent.child(name)));
    return new CgroupV1Group(name, always, whereLimited);
  }
}
