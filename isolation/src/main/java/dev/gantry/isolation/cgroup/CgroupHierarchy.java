package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The control groups of this host, below one parent group of ours.
 *
 * <p>The parent lies at the top of what this process sees of each hierarchy (the mount point), not
 * below the process's own group: sandboxes outlive the service, and a service manager removes the
 * service's group, and kills what is in it, when the service ends. A service that was delegated a
 * subtree names it in the parent: {@code system.slice/gantry.service/runs}.
 */
public sealed interface CgroupHierarchy permits CgroupV1, CgroupV2 {
  /** Which interface this is. */
  CgroupVersion version();

  /**
   * Makes a group, or takes over one that exists, and sets its limits.
   *
   * @param name letters, digits and {@code _.-}, not starting with a dot
   * @throws IOException when the kernel refuses; nothing new is left behind then
   */
  Cgroup create(String name, CgroupLimits limits) throws IOException;

  /** The group of this name, if it exists in any hierarchy. */
  Optional<Cgroup> find(String name) throws IOException;

  /** Whether limits and statistics of a kind can be had here. */
  boolean supports(Feature feature);

  /** The processors that groups can run on. */
  CpuSet cpus() throws IOException;

  /** The names of all groups below the parent. */
  List<String> names() throws IOException;

  /** Removes the parent group if it is empty; else does nothing. */
  void removeParent() throws IOException;

  /**
   * The hierarchy that governs cpu, memory and pids on this host, found by the mount table.
   *
   * @param parent the parent group, relative to the top of the hierarchy, {@code gantry} or {@code
   *     a/b}; made when missing
   * @throws IOException when neither version has all controllers
   */
  static CgroupHierarchy detect(String parent) throws IOException {
    return detect(parent, Path.of("/proc/self/mountinfo"));
  }

  /** As {@link #detect(String)}, from this mount table (proc_pid_mountinfo(5)). */
  static CgroupHierarchy detect(String parent, Path mountinfo) throws IOException {
    return CgroupDetection.detect(parent, mountinfo);
  }
}
