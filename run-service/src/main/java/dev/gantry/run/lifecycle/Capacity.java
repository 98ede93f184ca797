package dev.gantry.run.lifecycle;

import dev.gantry.run.placement.HostSnapshot;

/**
 * What this host takes.
 *
 * @param runsMax runs that are not over at a time
 */
public record Capacity(String host, int cpus, int runsMax) {
  /** Refuses a host that takes nothing. */
  public Capacity {
    if (runsMax < 1) {
      throw new IllegalArgumentException("gantry.runs-max is " + runsMax + ", the least is 1");
    }
  }

  HostSnapshot snapshot(int runs, boolean draining) {
    return new HostSnapshot(host, cpus, runs, runsMax, draining);
  }
}
