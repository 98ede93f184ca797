package dev.gantry.run.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The service's settings, {@code gantry.*}; by environment variable, {@code GANTRY_STATE_DIR}. */
@ConfigMapping(prefix = "gantry")
public interface RunConfig {
  /** The platform's instance: what is on the host is named after it. */
  @WithDefault("gantry")
  String instance();

  /** The id of this host: stays the same as long as the state directory. */
  @WithDefault("${hostname:${HOSTNAME:localhost}}")
  String host();

  /** The service's own directory. */
  @WithDefault("/var/lib/gantry/run-service")
  Path stateDir();

  /** The registry of images that are named without one, host:port. */
  @WithDefault("127.0.0.1:5000")
  String registry();

  /** The control group below which runs have theirs. */
  @WithDefault("gantry")
  String cgroupParent();

  /** The address that ports are published on when the request names none. */
  @WithDefault("127.0.0.1")
  String publishAddress();

  /** The first user and group id of the ranges that runs get. */
  @WithDefault("200000000")
  int idBase();

  /** How many runs that are not over this host takes. */
  @WithDefault("4096")
  int runsMax();

  /** How many sandboxes stand ready before anybody asks for them; 0: none. */
  @WithDefault("8")
  int warm();

  /** The network of the runs. */
  Network network();

  /** What is kept of a run's output. */
  Log log();

  /** The journal. */
  Journal journal();

  /** What runs may ask for that takes away a part of what holds them. */
  Allow allow();

  /** When images that nobody uses go. */
  Images images();

  /** When images that nobody uses go. */
  interface Images {
    /** How long one is kept that no run uses. */
    @WithDefault("336h")
    Duration unusedMax();

    /** From how full a disk on they go at once, the least recently used first. */
    @WithDefault("85")
    int diskHighPercent();

    /** Until how full it is then. */
    @WithDefault("75")
    int diskLowPercent();

    /** How often it is looked. */
    @WithDefault("5m")
    Duration collectEvery();
  }

  /** The network of the runs. */
  interface Network {
    /** The name of the bridge. */
    @WithDefault("gantry0")
    String bridge();

    /** Its subnet. */
    @WithDefault("10.210.0.0/16")
    String subnet();

    /**
     * Where networks that do not say which subnet they want get theirs from: a /24 each. No subnet
     * of a platform on one machine lies there.
     */
    @WithDefault("10.251.0.0/16")
    String pool();

    /** TCP ports of this host that runs do not reach, besides the service's own. */
    Optional<List<Integer>> guardedPorts();
  }

  /** What is kept of a run's output. */
  interface Log {
    /** How large a file becomes before the next is begun. */
    @WithDefault("16777216")
    long maxBytes();

    /** How many files are kept. */
    @WithDefault("3")
    int files();

    /** How long a removed run and its log can be read; 0: its log goes with it. */
    @WithDefault("24h")
    Duration keptAfterRemoval();

    /** What the logs of all removed runs may take together: the oldest go first. */
    @WithDefault("1073741824")
    long keptBytesMax();
  }

  /** What runs may ask for that takes away a part of what holds them. */
  interface Allow {
    /** {@code seccomp: unconfined}, and profiles in place of the default one. */
    @WithDefault("false")
    boolean seccompUnconfined();

    /** {@code network: host}. */
    @WithDefault("false")
    boolean hostNetwork();

    /** Directories of this host that can be bound into runs, with all below them. */
    Optional<List<Path>> bindRoots();
  }

  /** The journal. */
  interface Journal {
    /** How large a file becomes before the next is begun. */
    @WithDefault("8388608")
    long segmentBytes();
  }
}
