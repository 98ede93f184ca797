package dev.gantry.build.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The service's settings, {@code gantry.*}; by environment variable, {@code GANTRY_STATE_DIR}. */
@ConfigMapping(prefix = "gantry")
public interface BuildConfig {
  /** The platform's instance: what is on the host is named after it. */
  @WithDefault("gantry")
  String instance();

  /** The id of this host; its name when not set. */
  Optional<String> host();

  /** The service's own directory, on a file system that can hold overlay upper directories. */
  @WithDefault("/var/lib/gantry/build-service")
  Path stateDir();

  /** The registry that images come from and go to, host:port. */
  @WithDefault("127.0.0.1:5000")
  String registry();

  /** The control group below which steps have theirs. */
  @WithDefault("gantry")
  String cgroupParent();

  /** The first user and group id of the ranges that steps get. */
  @WithDefault("300000000")
  int idBase();

  /** The network of RUN. */
  Network network();

  /** Builds. */
  Build build();

  /** What builds may have of the host; nothing when not set. */
  Allow allow();

  /** The network of RUN. */
  interface Network {
    /** The name of the bridge. */
    @WithDefault("gantryb0")
    String bridge();

    /** Its subnet. */
    @WithDefault("10.211.0.0/16")
    String subnet();
  }

  /** What builds may have of the host. */
  interface Allow {
    /** Whether a RUN may ask for the network of the host. */
    @WithDefault("false")
    boolean hostNetwork();
  }

  /** Builds. */
  interface Build {
    /** How many run at a time. */
    @WithDefault("2")
    int workers();

    /** Networks beside the public ones that builds may fetch from, such as 10.0.0.0/8. */
    Optional<List<String>> allowNetworks();

    /** The largest context that is taken. */
    @WithDefault("1073741824")
    long contextBytesMax();

    /** How many may wait. */
    @WithDefault("1000")
    int queueMax();

    /** How often a build is begun whose host dies. */
    @WithDefault("5")
    int attemptsMax();

    /** The key that seals secrets; made in the state directory when not set. */
    Optional<Path> secretKeyFile();

    /** Other registries that images may be pushed to, with credentials; of mode 0600. */
    Optional<Path> registriesFile();

    /** How many contexts may be on their way, in pieces. */
    @WithDefault("64")
    int uploadsMax();

    /** How long a RUN may take. */
    @WithDefault("1h")
    Duration stepTimeout();

    /** The memory of a RUN. */
    @WithDefault("4294967296")
    long stepMemoryBytes();

    /** How many processors a RUN may use, as a share: 1.5 is one and a half; all when not set. */
    OptionalDouble stepCpus();

    /** What all steps of a build together may write. */
    @WithDefault("68719476736")
    long diskBytes();

    /** How long a build may take. */
    @WithDefault("6h")
    Duration timeout();

    /** How much of the disk layers may have that no build uses. */
    @WithDefault("53687091200")
    long layerBytesMax();

    /** How much of the disk cache mounts may have that no build uses. */
    @WithDefault("21474836480")
    long mountBytesMax();

    /** How many processes a RUN may have. */
    @WithDefault("4096")
    int stepPids();

    /** The largest log of a build. */
    @WithDefault("16777216")
    long logBytesMax();

    /** How many logs are kept. */
    @WithDefault("1000")
    int logsMax();

    /** How many results of steps are remembered. */
    @WithDefault("50000")
    int cacheEntriesMax();

    /** After how long without a sign of life of its worker a build is taken by another. */
    @WithDefault("30s")
    Duration lease();
  }
}
