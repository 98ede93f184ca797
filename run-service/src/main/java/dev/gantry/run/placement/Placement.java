package dev.gantry.run.placement;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import java.util.Comparator;
import java.util.List;

/**
 * Decides where a run goes, from what it wants and what the hosts are like; nothing else counts.
 */
public final class Placement {
  private Placement() {}

  /** What was decided. */
  public sealed interface Decision {
    /** It goes there. */
    record On(String host) implements Decision {}

    /** It goes nowhere. */
    record Nowhere(ReasonCode reason, String message) implements Decision {}
  }

  /** The host with the most room among those that may take it. */
  public static Decision decide(Resources wanted, List<HostSnapshot> hosts) {
    List<HostSnapshot> open = hosts.stream().filter(host -> !host.draining()).toList();
    if (open.isEmpty()) {
      return new Decision.Nowhere(ReasonCode.HOST_DRAINING, "every host is being drained");
    }
    Double cpus = wanted.cpuLimits().cpus();
    List<HostSnapshot> large =
        open.stream().filter(host -> cpus == null || cpus <= host.cpus()).toList();
    if (large.isEmpty()) {
      return new Decision.Nowhere(
          ReasonCode.HOST_FULL, "%s CPUs are wanted, no host has so many".formatted(cpus));
    }
    return large.stream()
        .filter(host -> host.runs() < host.runsMax())
        .min(Comparator.comparingInt(HostSnapshot::runs).thenComparing(HostSnapshot::host))
        .<Decision>map(host -> new Decision.On(host.host()))
        .orElseGet(
            () ->
                new Decision.Nowhere(
                    ReasonCode.HOST_FULL, "every host has as many runs as it may have"));
  }
}
