package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Version 1: a hierarchy for each controller, or for a few mounted together. Only those with a
 * limit, a count or the freezer are used: each further one costs every start a write to its {@code
 * cgroup.procs}.
 */
final class CgroupV1 implements CgroupHierarchy {
  private static final List<String> CONTROLLERS =
      List.of("cpu", "cpuacct", "memory", "pids", "freezer");

  /** Controller to our parent group in its hierarchy. */
  private final Map<String, GroupDirectory> parents;

  private CgroupV1(Map<String, GroupDirectory> parents) {
    this.parents = parents;
  }

  static CgroupV1 below(Map<String, Path> mounts, List<String> levels) throws IOException {
    Map<String, GroupDirectory> parents = new LinkedHashMap<>();
    for (String controller : CONTROLLERS) {
      if (mounts.containsKey(controller)) {
        GroupDirectory directory = new GroupDirectory(mounts.get(controller));
        for (String level : levels) {
          directory = directory.child(level);
          directory.make();
        }
        parents.put(controller, directory);
      }
    }
    return new CgroupV1(parents);
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
    Map<String, GroupDirectory> directories = new LinkedHashMap<>();
    parents.forEach((controller, parent) -> directories.put(controller, parent.child(name)));
    return new CgroupV1Group(name, directories);
  }
}
