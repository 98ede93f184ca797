package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A control group of ours. It exists in the kernel until {@link #remove}, whoever made it. */
public interface Cgroup {
  /** Its name below the parent. */
  String name();

  /** Its directories, one for each mounted hierarchy that it is part of. */
  List<Path> directories();

  /** The files to write a process id to, all of them, so that the process joins the group. */
  default List<Path> procsFiles() {
    return directories().stream().map(directory -> directory.resolve("cgroup.procs")).toList();
  }

  /** The directory for {@code CLONE_INTO_CGROUP}: version 2 only. */
  Optional<Path> cloneTarget();

  /** Where the kernel counts processes killed for want of memory. */
  OomCounter oomCounter();

  /**
   * The ids of the processes in it and in groups below it, as seen from the caller's pid namespace;
   * empty when the group is gone.
   */
  List<Long> processes() throws IOException;

  /**
   * Sends SIGKILL to every process of the group and of groups below it, those that are being forked
   * meanwhile included. Returns when they all have got it, which is before they are gone. Does
   * nothing when the group is gone.
   */
  void kill() throws IOException;

  /** What its processes use. */
  CgroupUsage usage() throws IOException;

  /**
   * Removes the group and groups below it, waiting a bounded time for killed processes to leave. A
   * group that is gone already is success.
   *
   * @throws IOException when processes are still in it after 10 seconds; the group is then left,
   *     and the call can be repeated
   */
  void remove() throws IOException;
}
