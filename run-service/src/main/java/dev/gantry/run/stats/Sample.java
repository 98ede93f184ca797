package dev.gantry.run.stats;

import dev.gantry.isolation.cgroup.CgroupStats;
import dev.gantry.isolation.process.InterfaceCounters;
import dev.gantry.isolation.process.ProcessTable;
import dev.gantry.isolation.sandbox.Sandbox;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a sandbox has used up to one moment. */
record Sample(
    Instant at, HostCpu host, CgroupStats stats, Optional<List<InterfaceCounters>> interfaces) {
  private static final String LOOPBACK = "lo";

  /**
   * Takes one.
   *
   * @throws IOException when the sandbox is gone
   */
  static Sample of(Sandbox sandbox) throws IOException {
    return new Sample(Instant.now(), HostCpu.now(), sandbox.stats(), interfaces(sandbox));
  }

  private static Optional<List<InterfaceCounters>> interfaces(Sandbox sandbox) {
    return ProcessTable.interfaces(sandbox.pid())
        .map(all -> all.stream().filter(one -> !one.name().equals(LOOPBACK)).toList());
  }
}
