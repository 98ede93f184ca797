package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Version 2: one hierarchy, in which a parent hands controllers down to its children. */
final class CgroupV2 implements CgroupHierarchy {
  private static final String CONTROLLERS = "+cpu +memory +pids";

  /** Where processes of an inner group go: only leaves may have any (the "no internal" rule). */
  private static final String LEAF = "leaf";

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
  }

  private static void moveToLeaf(GroupDirectory directory, List<Long> processes)
      throws IOException {
    GroupDirectory leaf = directory.child(LEAF);
    leaf.make();
    for (long pid : processes) {
      try {
        leaf.write("cgroup.procs", Long.toString(pid));
      } catch (IOException e) {
        boolean gone =
            ProcessHandle.of(pid).isEmpty() && e.getCause() instanceof FileSystemException;
        if (!gone) {
          throw e;
        }
      }
    }
  }
}
