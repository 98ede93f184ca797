package dev.gantry.isolation.cgroup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the processes of a group use now, and have used since the group was made. What the kernel
 * does not count is empty, never 0.
 *
 * @param io each device that was used; empty where that is not counted
 * @param pressure how long processes waited for want of something: version 2 only
 */
public record CgroupStats(
    Cpu cpu, Memory memory, Pids pids, Optional<List<DeviceIo>> io, Optional<Pressures> pressure) {

  /**
   * Processor time.
   *
   * @param periods how many periods of a quota passed, and in how many it was used up
   * @param throttled how long processes waited for the next period, added up
   */
  public record Cpu(
      Duration total,
      Optional<Duration> user,
      Optional<Duration> system,
      OptionalLong periods,
      OptionalLong throttledPeriods,
      Optional<Duration> throttled) {}

  /**
   * Memory.
   *
   * @param currentBytes everything that is counted to the group, page cache included
   * @param peakBytes the most that ever was
   * @param limitBytes empty: none
   * @param cacheBytes of files
   * @param inactiveCacheBytes the part of it that would be given up first
   * @param anonymousBytes of no file: heaps and stacks
   * @param oomKills processes that were killed for want of memory
   */
  public record Memory(
      OptionalLong currentBytes,
      OptionalLong peakBytes,
      OptionalLong limitBytes,
      OptionalLong cacheBytes,
      OptionalLong inactiveCacheBytes,
      OptionalLong anonymousBytes,
      OptionalLong swapBytes,
      OptionalLong oomKills) {}

  /**
   * Processes and threads.
   *
   * @param limit empty: none
   */
  public record Pids(OptionalLong current, OptionalLong peak, OptionalLong limit) {}

  /** What was read from and written to a device. */
  public record DeviceIo(
      BlockDevice device,
      long readBytes,
      long writeBytes,
      long readOperations,
      long writeOperations) {}

  /** Pressure of each kind. */
  public record Pressures(Pressure cpu, Pressure memory, Pressure io) {}

  /**
   * How long processes waited (Documentation/accounting/psi.rst).
   *
   * @param some at least one did
   * @param full all did, at the same time; for processors the kernel may not count that
   */
  public record Pressure(Stall some, Optional<Stall> full) {}

  /** Parts of the time in percent, over the last 10, 60 and 300 seconds; and all of it. */
  public record Stall(double average10, double average60, double average300, Duration total) {}
}
