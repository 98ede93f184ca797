package dev.gantry.run.host;

import dev.gantry.events.HostEvent;
import dev.gantry.isolation.cgroup.CgroupVersion;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Runs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** Says what this host has and does. */
public final class HostStatus {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final long KIB = 1024;

  private final Identity identity;
  private final Runs runs;
  private final Lifecycle lifecycle;
  private final Clock clock;

  /** What stays the same about a host. */
  public record Identity(String host, String address, CgroupVersion cgroups) {}

  public HostStatus(Identity identity, Runs runs, Lifecycle lifecycle, Clock clock) {
    this.identity = identity;
    this.runs = runs;
    this.lifecycle = lifecycle;
    this.clock = clock;
  }

  /** The host as it is now. */
  public HostEvent.State state() {
    return new HostEvent.State(
        identity.host(),
        identity.address(),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes("MemTotal"),
        memoryBytes("MemAvailable"),
        runs.active(),
        Map.of(),
        lifecycle.draining(),
        identity.cgroups().name().toLowerCase(Locale.ROOT),
        System.getProperty("os.version", ""),
        clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private static long memoryBytes(String field) {
    try {
      return Files.readAllLines(MEMINFO).stream()
          .filter(line -> line.startsWith(field + ":"))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
          .orElse(0L);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
