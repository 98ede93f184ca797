package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.Cgroup;
import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.identity.IdRange;
import dev.gantry.isolation.identity.IdRanges;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * What sandboxes hold of the host besides their directories, each by the name of its owner: a
 * control group and a range of ids.
 */
record Holdings(CgroupHierarchy hierarchy, IdRanges idRanges) {
  private static final int PIDS_DEFAULT = 4096;

  /** What one sandbox holds. */
  record Held(IdRange ids, Cgroup cgroup) {}

  /** Gives an owner what it needs, or sets the limits of what it has. */
  Held take(String owner, CgroupLimits limits) throws IOException {
    IdRange ids = idRanges.allocate(owner);
    return new Held(ids, hierarchy.create(owner, withDefaults(limits)));
  }

  /** Takes everything back; kills what is left in the group. Nothing there is success. */
  void release(String owner) throws IOException {
    forgetCounts(owner);
    idRanges.release(owner);
  }

  /** What the kernel has counted in the owner's group belongs to a process before: it goes. */
  void forgetCounts(String owner) throws IOException {
    Optional<Cgroup> cgroup = hierarchy.find(owner);
    if (cgroup.isPresent()) {
      cgroup.get().kill();
      cgroup.get().remove();
    }
  }

  /** Kills every process of the owner's group. */
  void kill(String owner) throws IOException {
    Optional<Cgroup> cgroup = hierarchy.find(owner);
    if (cgroup.isPresent()) {
      cgroup.get().kill();
    }
  }

  /** The owner's control group. */
  Cgroup group(String owner) throws IOException {
    return hierarchy
        .find(owner)
        .orElseThrow(() -> new IOException("sandbox " + owner + " has no control group any more"));
  }

  /** Sets the limits of the owner's group, and leaves the others as they are. */
  void update(String owner, CgroupLimits limits) throws IOException {
    group(owner).update(withDefaults(limits));
  }

  /** Whether no process is in the owner's group, or there is none. */
  boolean idle(String owner) throws IOException {
    Optional<Cgroup> cgroup = hierarchy.find(owner);
    return cgroup.isEmpty() || cgroup.get().processes().isEmpty();
  }

  /**
   * Everybody who holds something: ids are taken first and given back last. (Below the same parent
   * group there may be groups of others.)
   */
  Set<String> owners() {
    return idRanges.owners().keySet();
  }

  static CgroupLimits withDefaults(CgroupLimits limits) {
    return limits.pids().isPresent() ? limits : limits.toBuilder().pids(PIDS_DEFAULT).build();
  }
}
