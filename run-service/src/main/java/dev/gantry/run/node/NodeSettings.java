package dev.gantry.run.node;

import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.Subnet;
import dev.gantry.isolation.sandbox.HostConfig;
import dev.gantry.isolation.sandbox.LogPolicy;
import dev.gantry.isolation.sandbox.WarmPolicy;
import dev.gantry.run.lifecycle.Capacity;
import dev.gantry.run.network.NetworkPlan;
import dev.gantry.run.permission.Permissions;
import dev.gantry.run.pull.CollectPolicy;
import dev.gantry.run.settings.RunConfig;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of a host, checked.
 *
 * @param directory the service's own
 * @param address where its HTTP API answers
 */
public record NodeSettings(
    Path directory,
    String address,
    String registry,
    long journalSegmentBytes,
    Capacity capacity,
    HostConfig sandboxes,
    NetworkPlan network,
    WarmPolicy warm,
    LogPolicy log,
    Retention retention,
    Permissions permissions,
    Storage storage) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final int WARM_MAX = 256;
  private static final long SEGMENT_BYTES_MIN = 64 << 10;

  /**
   * How long what removed runs wrote, and what is known of them, is kept.
   *
   * @param bytesMax of the logs of all removed runs together
   */
  public record Retention(Duration time, long bytesMax) {
    private static final Duration TIME_MAX = Duration.ofDays(365);

    /** Refuses what cannot work, naming the setting. */
    public Retention {
      if (time.isNegative() || time.compareTo(TIME_MAX) > 0) {
        throw new IllegalArgumentException(
            "gantry.log.kept-after-removal is %s, must be 0 to 365 days".formatted(time));
      }
      if (bytesMax < 0) {
        throw new IllegalArgumentException(
            "gantry.log.kept-bytes-max is %d, the least is 0".formatted(bytesMax));
      }
    }
  }

  /** How long images are kept, and how often that is looked at. */
  public record Storage(CollectPolicy images, Duration collectEvery) {
    /** Refuses what cannot work, naming the setting. */
    public Storage {
      if (collectEvery.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(
            "gantry.images.collect-every is %s, the least is 1s".formatted(collectEvery));
      }
    }

    static Storage of(RunConfig config) {
      RunConfig.Images images = config.images();
      return new Storage(
          new CollectPolicy(images.unusedMax(), images.diskHighPercent(), images.diskLowPercent()),
          images.collectEvery());
    }
  }

  /** Refuses what cannot work, naming the setting. */
  public NodeSettings {
    if (journalSegmentBytes < SEGMENT_BYTES_MIN) {
      throw new IllegalArgumentException(
          "gantry.journal.segment-bytes is %d, the least is %d"
              .formatted(journalSegmentBytes, SEGMENT_BYTES_MIN));
    }
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException(
          "gantry.state-dir is %s, not absolute".formatted(directory));
    }
  }

  /** Reads them. */
  public static NodeSettings of(RunConfig config, String address) {
    Path directory = config.stateDir();
    return new NodeSettings(
        directory,
        address,
        config.registry(),
        config.journal().segmentBytes(),
        new Capacity(
            name("gantry.host", config.host()),
            Runtime.getRuntime().availableProcessors(),
            config.runsMax()),
        new HostConfig(
            directory.resolve("sandboxes"),
            config.cgroupParent(),
            name("gantry.instance", config.instance()),
            config.idBase()),
        network(config, address),
        warm(config),
        new LogPolicy(config.log().maxBytes(), config.log().files()),
        new Retention(config.log().keptAfterRemoval(), config.log().keptBytesMax()),
        new Permissions(
            config.allow().seccompUnconfined(),
            config.allow().hostNetwork(),
            config.allow().bindRoots().orElse(List.of())),
        Storage.of(config));
  }

  /** Ready for the network that runs are on unless they say otherwise. */
  private static WarmPolicy warm(RunConfig config) {
    if (config.warm() < 0 || config.warm() > WARM_MAX) {
      throw new IllegalArgumentException(
          "gantry.warm is %d, must be 0 to %d".formatted(config.warm(), WARM_MAX));
    }
    return new WarmPolicy(
        config.warm(),
        Optional.of(
            new WarmPolicy.Link(
                config.network().bridge(),
                name -> BridgeNetwork.hostInterface(config.instance(), name))));
  }

  private static NetworkPlan network(RunConfig config, String address) {
    // The service's own port is a door to the whole host.
    int ownPort = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    List<Integer> guarded =
        Stream.concat(
                Stream.of(ownPort), config.network().guardedPorts().orElse(List.of()).stream())
            .filter(port -> port > 0)
            .distinct()
            .toList();
    return new NetworkPlan(
        config.instance(),
        config.network().bridge(),
        Subnet.parse(config.network().subnet()),
        Subnet.parse(config.network().pool()),
        Inet4Address.ofLiteral(config.publishAddress()),
        config.stateDir(),
        new NetworkPlan.Access(config.allow().hostNetwork(), guarded));
  }

  private static String name(String setting, String value) {
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s is '%s', must be 1 to 63 letters, digits, _ . -".formatted(setting, value));
    }
    return value;
  }
}
