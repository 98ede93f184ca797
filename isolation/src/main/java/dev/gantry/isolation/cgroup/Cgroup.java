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

  /**
   * Gives it these limits, all of them: what is empty is unlimited from now on.
   *
   * @throws LimitRefusedException when more memory is in use than it shall have, and the kernel
   *     cannot take that away without killing; nothing is changed then
   * @throws IOException when the kernel refuses another limit; those before it are in force
   */
  void update(CgroupLimits limits) throws IOException;

  /**
   * Lets all its processes stand still; returns when they do. A frozen group can be killed.
   *
   * @throws IOException when they do not within 10 seconds, as a process may that waits for a
   *     device; they run on then
   */
  void freeze() throws IOException;

  /** Lets its processes go on; nothing happens when they do already. */
  void thaw() throws IOException;

  /** Whether it was told to stand still. */
  boolean frozen() throws IOException;

  /** What its processes use and have used. */
  CgroupStats stats() throws IOException;

  /**
   * Removes the group and groups below it, waiting a bounded time for killed processes to leave. A
   * group that is gone already is success.
   *
   * @throws IOException when processes are still in it after 10 seconds; the group is then left,
   *     and the call can be repeated
   */
  void remove() throws IOException;
}
