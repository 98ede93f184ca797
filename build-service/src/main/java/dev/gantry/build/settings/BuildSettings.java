package dev.gantry.build.settings;

import dev.gantry.build.execute.Allowance;
import dev.gantry.build.execute.Quota;
import dev.gantry.isolation.network.Subnet;
import dev.gantry.oci.network.NetworkPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings, checked.
 *
 * @param host what facts call this host
 * @param secretKey the file of the key that seals secrets
 * @param registries the file of other registries that images may be pushed to
 */
public record BuildSettings(
    String instance,
    String host,
    Path stateDir,
    String registry,
    Isolation isolation,
    Steps steps,
    Limits limits,
    Queue queue,
    Path secretKey,
    Path registries) {

  /**
   * Builds that wait, or are begun again.
   *
   * @param max how many may wait
   * @param attemptsMax how often a build is begun
   * @param uploadsMax how many contexts may be on their way
   */
  public record Queue(int max, int attemptsMax, int uploadsMax) {
    /** Refuses what cannot work, by the setting's name. */
    public Queue {
      Limits.require(max >= 1, "queue-max", max, "at least 1");
      Limits.require(attemptsMax >= 1, "attempts-max", attemptsMax, "at least 1");
      Limits.require(uploadsMax >= 1, "uploads-max", uploadsMax, "at least 1");
    }
  }

  /**
   * What builds may use, and leave on the host.
   *
   * @param reach where they may fetch from
   */
  public record Steps(Allowance allowance, Quota quota, NetworkPolicy reach) {
    private static final long DISK_BYTES_MIN = 1 << 20;

    /** Refuses what cannot work, by the setting's name. */
    public Steps {
      Limits.require(
          allowance.memoryBytes() >= 4 << 20,
          "step-memory-bytes",
          allowance.memoryBytes(),
          "at least 4194304");
      Limits.require(allowance.pids() >= 1, "step-pids", allowance.pids(), "at least 1");
      Limits.require(
          allowance.cpus().orElse(1) >= 0.01, "step-cpus", allowance.cpus(), "at least 0.01");
      Limits.require(
          allowance.diskBytes() >= DISK_BYTES_MIN,
          "disk-bytes",
          allowance.diskBytes(),
          "at least " + DISK_BYTES_MIN);
      Limits.require(
          allowance.stepPatience().isPositive(),
          "step-timeout",
          allowance.stepPatience(),
          "positive");
      Limits.require(
          allowance.patience().isPositive(), "timeout", allowance.patience(), "positive");
      Limits.require(
          quota.layerBytes() >= 0, "layer-bytes-max", quota.layerBytes(), "not negative");
      Limits.require(
          quota.mountBytes() >= 0, "mount-bytes-max", quota.mountBytes(), "not negative");
    }
  }

  /** How steps are kept apart from the host. */
  public record Isolation(String cgroupParent, int idBase, String bridge, Subnet subnet) {}

  /** How much of everything. */
  public record Limits(
      int workers,
      long contextBytesMax,
      long logBytesMax,
      int logsMax,
      int cacheEntriesMax,
      Duration lease) {
    private static final int WORKERS_MAX = 64;
    private static final Duration LEASE_MIN = Duration.ofSeconds(2);

    /** Refuses what cannot work, by the setting's name. */
    public Limits {
      require(workers >= 1 && workers <= WORKERS_MAX, "workers", workers, "1 to " + WORKERS_MAX);
      require(contextBytesMax >= 1024, "context-bytes-max", contextBytesMax, "at least 1024");
      require(logBytesMax >= 4096, "log-bytes-max", logBytesMax, "at least 4096");
      require(logsMax >= 1, "logs-max", logsMax, "at least 1");
      require(cacheEntriesMax >= 1, "cache-entries-max", cacheEntriesMax, "at least 1");
      require(lease.compareTo(LEASE_MIN) >= 0, "lease", lease, "at least " + LEASE_MIN);
    }

    private static void require(boolean good, String key, Object value, String bound) {
      if (!good) {
        throw new IllegalArgumentException(
            "gantry.build." + key + " is " + value + ", must be " + bound);
      }
    }
  }

  /** Checks a configuration. */
  public static BuildSettings of(BuildConfig config) {
    BuildConfig.Build build = config.build();
    return new BuildSettings(
        config.instance(),
        config.host().orElseGet(BuildSettings::hostName),
        config.stateDir().toAbsolutePath(),
        config.registry(),
        new Isolation(
            config.cgroupParent(),
            config.idBase(),
            config.network().bridge(),
            Subnet.parse(config.network().subnet())),
        steps(config),
        new Limits(
            build.workers(),
            build.contextBytesMax(),
            build.logBytesMax(),
            build.logsMax(),
            build.cacheEntriesMax(),
            build.lease()),
        new Queue(build.queueMax(), build.attemptsMax(), build.uploadsMax()),
        build
            .secretKeyFile()
            .orElseGet(() -> config.stateDir().resolve("secret.key"))
            .toAbsolutePath(),
        build
            .registriesFile()
            .orElseGet(() -> config.stateDir().resolve("registries.json"))
            .toAbsolutePath());
  }

  private static Steps steps(BuildConfig config) {
    BuildConfig.Build build = config.build();
    return new Steps(
        new Allowance(
            build.stepMemoryBytes(),
            build.stepCpus(),
            build.stepPids(),
            build.diskBytes(),
            build.stepTimeout(),
            build.timeout(),
            config.allow().hostNetwork()),
        new Quota(build.layerBytesMax(), build.mountBytesMax()),
        reach(build.allowNetworks().orElse(List.of())));
  }

  private static NetworkPolicy reach(List<String> networks) {
    try {
      return NetworkPolicy.of(networks);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("gantry.build.allow-networks: " + e.getMessage(), e);
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
