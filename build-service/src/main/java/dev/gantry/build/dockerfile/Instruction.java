package dev.gantry.build.dockerfile;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An instruction. Values are as written: not expanded, quotes in place. */
public sealed interface Instruction {
  /** Where it stands. */
  At at();

  /** FROM: {@code image} may be {@code scratch}, a stage or an image. */
  record From(At at, String image, @Nullable String name, @Nullable String platform)
      implements Instruction {}

  /** ARG. */
  record Arg(At at, List<NameValue> pairs) implements Instruction {
    /** Copies the list. */
    public Arg {
      pairs = List.copyOf(pairs);
    }
  }

  /** ENV. */
  record Env(At at, List<NameValue> pairs) implements Instruction {
    /** Copies the list. */
    public Env {
      pairs = List.copyOf(pairs);
    }
  }

  /** LABEL. */
  record Label(At at, List<NameValue> pairs) implements Instruction {
    /** Copies the list. */
    public Label {
      pairs = List.copyOf(pairs);
    }
  }

  /** RUN. */
  record Run(At at, Command command, RunFlags flags) implements Instruction {}

  /** CMD. */
  record Cmd(At at, Command command) implements Instruction {}

  /** ENTRYPOINT. */
  record Entrypoint(At at, Command command) implements Instruction {}

  /** SHELL. */
  record Shell(At at, List<String> argv) implements Instruction {
    /** Copies the list. */
    public Shell {
      argv = List.copyOf(argv);
    }
  }

  /** COPY: sources, and here-documents as files of their names, to one destination. */
  record Copy(
      At at, List<String> sources, String destination, CopyFlags flags, List<Heredoc> heredocs)
      implements Instruction {
    /** Copies the lists. */
    public Copy {
      sources = List.copyOf(sources);
      heredocs = List.copyOf(heredocs);
    }
  }

  /** ADD: as COPY, but a source may be a URL or a Git repository, and archives are unpacked. */
  record Add(
      At at, List<String> sources, String destination, AddFlags flags, List<Heredoc> heredocs)
      implements Instruction {
    /** Copies the lists. */
    public Add {
      sources = List.copyOf(sources);
      heredocs = List.copyOf(heredocs);
    }
  }

  /** WORKDIR. */
  record Workdir(At at, String path) implements Instruction {}

  /** USER. */
  record User(At at, String user) implements Instruction {}

  /** EXPOSE. */
  record Expose(At at, List<String> ports) implements Instruction {
    /** Copies the list. */
    public Expose {
      ports = List.copyOf(ports);
    }
  }

  /** VOLUME. */
  record Volume(At at, List<String> paths) implements Instruction {
    /** Copies the list. */
    public Volume {
      paths = List.copyOf(paths);
    }
  }

  /** STOPSIGNAL. */
  record StopSignal(At at, String signal) implements Instruction {}

  /** HEALTHCHECK; {@code probe} is absent for NONE. */
  record Healthcheck(At at, @Nullable Probe probe) implements Instruction {}

  /**
   * ONBUILD.
   *
   * @param trigger the instruction as the image keeps it, its here-documents after it
   */
  record Onbuild(At at, String trigger) implements Instruction {}

  /** MAINTAINER: the author of the image. */
  record Maintainer(At at, String author) implements Instruction {}

  /** What a RUN may reach of the network. */
  enum Network {
    /** What the builder gives. */
    DEFAULT,
    /** The loopback alone. */
    NONE,
    /** That of the host. */
    HOST
  }

  /**
   * The flags of RUN.
   *
   * @param mounts each {@code --mount}, as written
   */
  record RunFlags(List<String> mounts, Network network) {
    /** No flag at all. */
    public static final RunFlags NONE = new RunFlags(List.of(), Network.DEFAULT);

    /** Copies the list. */
    public RunFlags {
      mounts = List.copyOf(mounts);
    }
  }

  /** The flags of COPY, as written. */
  record CopyFlags(@Nullable String from, boolean parents, PlacementFlags placement) {
    /** No flag at all. */
    public static final CopyFlags NONE = new CopyFlags(null, false, PlacementFlags.NONE);
  }

  /**
   * The flags of ADD, as written.
   *
   * @param unpack whether archives are unpacked; absent: local ones are, downloaded ones are not
   */
  record AddFlags(
      @Nullable String checksum,
      @Nullable Boolean keepGitDir,
      @Nullable Boolean unpack,
      PlacementFlags placement) {
    /** No flag at all. */
    public static final AddFlags NONE = new AddFlags(null, null, null, PlacementFlags.NONE);
  }

  /** The flags that ADD and COPY share, as written. */
  record PlacementFlags(
      @Nullable String chown, @Nullable String chmod, boolean link, List<String> excludes) {
    /** No flag at all. */
    public static final PlacementFlags NONE = new PlacementFlags(null, null, false, List.of());

    /** Copies the list. */
    public PlacementFlags {
      excludes = List.copyOf(excludes);
    }
  }

  /**
   * The probe of HEALTHCHECK; what is absent is inherited from the base's or the runtime's default.
   */
  record Probe(
      Command command,
      @Nullable Duration interval,
      @Nullable Duration timeout,
      @Nullable Duration startPeriod,
      @Nullable Duration startInterval,
      @Nullable Integer retries) {}
}
