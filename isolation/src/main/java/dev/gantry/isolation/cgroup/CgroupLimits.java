package dev.gantry.isolation.cgroup;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the processes of a group may use together; empty means no limit.
 *
 * @param memoryBytes memory, page cache included; there is no swap beyond it
 * @param cpus processor time per time: 1.5 is one and a half processors. The group's share against
 *     others when processors are scarce follows it
 * @param pids number of processes and threads
 */
public record CgroupLimits(OptionalLong memoryBytes, OptionalDouble cpus, OptionalInt pids) {
  /** The least memory that a group can be limited to: below it not even an exec succeeds. */
  public static final long MEMORY_BYTES_MIN = 1 << 20;

  /** No limits at all. */
  public static final CgroupLimits NONE =
      new CgroupLimits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.empty());

  /** Refuses limits that the kernel would refuse or round to something else. */
  public CgroupLimits {
    if (memoryBytes.isPresent() && memoryBytes.getAsLong() < MEMORY_BYTES_MIN) {
      throw new IllegalArgumentException(
          "memoryBytes is " + memoryBytes.getAsLong() + ", the least is " + MEMORY_BYTES_MIN);
    }
    if (cpus.isPresent() && !(cpus.getAsDouble() >= 0.01 && cpus.getAsDouble() <= 100_000)) {
      throw new IllegalArgumentException(
          "cpus is " + cpus.getAsDouble() + ", the least is 0.01, the most 100000");
    }
    if (pids.isPresent() && pids.getAsInt() < 1) {
      throw new IllegalArgumentException("pids is " + pids.getAsInt() + ", the least is 1");
    }
  }
}
