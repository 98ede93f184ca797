package dev.gantry.build.execute;

import dev.gantry.events.BuildLimits;
import dev.gantry.isolation.cgroup.CgroupLimits;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a build may use.
 *
 * @param memoryBytes of a step
 * @param cpus of a step; empty: all
 * @param pids processes and threads of a step at a time
 * @param diskBytes what all steps together may write
 * @param stepPatience how long a step may take
 * @param patience how long all of it may take
 * @param hostNetwork whether a step may ask for the network of the host
 */
public record Allowance(
    long memoryBytes,
    OptionalDouble cpus,
    int pids,
    long diskBytes,
    Duration stepPatience,
    Duration patience,
    boolean hostNetwork) {

  /** With what a request wants, where that is less. */
  Allowance within(BuildLimits wanted) {
    Duration time =
        wanted.timeoutSeconds() == null
            ? patience
            : least(patience, Duration.ofSeconds(wanted.timeoutSeconds()));
    return new Allowance(
        least(memoryBytes, wanted.memoryBytes()),
        wanted.cpus() == null
            ? cpus
            : OptionalDouble.of(Math.min(cpus.orElse(wanted.cpus()), wanted.cpus())),
        wanted.pids() == null ? pids : Math.min(pids, wanted.pids()),
        least(diskBytes, wanted.diskBytes()),
        least(stepPatience, time),
        time,
        hostNetwork);
  }

  private static long least(long allowed, @Nullable Long wanted) {
    return wanted == null ? allowed : Math.min(allowed, wanted);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** Of the control group of a step. */
  CgroupLimits ofStep() {
    CgroupLimits.Builder limits = CgroupLimits.builder().memoryBytes(memoryBytes).pids(pids);
    cpus.ifPresent(limits::cpus);
    return limits.build();
  }
}
