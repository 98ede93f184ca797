package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.network.NetworkAttachment;
import dev.gantry.isolation.network.Resolution;
import dev.gantry.isolation.seccomp.SeccompProfile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that a sandbox is made from. What can be checked without a kernel is checked here: a
 * specification that exists is well-formed.
 *
 * @param id letters, digits and {@code _.-}: what it is called; unless it is made of one that stood
 *     ready, its control group has that name, and it owns its id range by it
 * @param directory where its state is kept; made when missing (0700), on a file system that can
 *     hold overlay upper layers
 * @param root its root file system
 * @param process what is executed
 * @param limits what it may use
 * @param network how it is attached
 * @param log how much of its output is kept
 */
public record SandboxSpec(
    String id,
    Path directory,
    Root root,
    Process process,
    CgroupLimits limits,
    Network network,
    LogPolicy log) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}");

  public SandboxSpec {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("id '" + id + "' is not made of letters, digits, _.-");
    }
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("directory " + directory + " is not absolute");
    }
    if (network instanceof Network.Host
        && process.sysctls().keySet().stream().anyMatch(Sysctl::ofNetwork)) {
      throw new IllegalArgumentException("sysctls: net.* are the host's with the host's network");
    }
  }

  /**
   * The root file system: layers, with an upper layer of the sandbox's own that keeps what it
   * changes.
   *
   * @param layers lowest first; directories as unpacked from an image, owned by ids from 0 on. May
   *     be empty
   * @param readOnly whether the sandbox can change nothing in it
   * @param mounts what is mounted in it, in this order
   * @param shmBytes the size of {@code /dev/shm}, which is counted to the sandbox's memory
   */
  public record Root(List<Path> layers, boolean readOnly, List<Mount> mounts, long shmBytes) {
    /** The size of {@code /dev/shm} when nobody says otherwise: Docker's. */
    public static final long SHM_BYTES_DEFAULT = 64L << 20;

    private static final int LAYERS_MAX = 400;
    private static final int MOUNTS_MAX = 128;

    public Root {
      layers = List.copyOf(layers);
      mounts = List.copyOf(mounts);
      if (layers.size() > LAYERS_MAX) {
        throw new IllegalArgumentException(layers.size() + " layers > " + LAYERS_MAX);
      }
      if (mounts.size() > MOUNTS_MAX) {
        throw new IllegalArgumentException(mounts.size() + " mounts > " + MOUNTS_MAX);
      }
      if (shmBytes <= 0) {
        throw new IllegalArgumentException("shmBytes " + shmBytes + " is not positive");
      }
    }

    /** With a {@code /dev/shm} of the default size. */
    public Root(List<Path> layers, boolean readOnly, List<Mount> mounts) {
      this(layers, readOnly, mounts, SHM_BYTES_DEFAULT);
    }

    /** A writable root file system of these layers, with nothing mounted in it. */
    public static Root of(List<Path> layers) {
      return new Root(layers, false, List.of());
    }
  }

  /** What is mounted in the root file system; the target is made when missing. */
  public sealed interface Mount {
    /** An absolute path in the sandbox; symbolic links in it are followed beneath its root. */
    String target();

    /** Whether the sandbox cannot change it. */
    boolean readOnly();

    /**
     * A file or directory of the host, with what is mounted below it. A read-only one is so with
     * all of that. Devices and setuid bits have no effect there.
     *
     * @param source trusted as a path: links in it are followed
     * @param beneath what is bound is at this relative path beneath the source; it is resolved when
     *     the sandbox starts, and the start fails when it leads out of the source. Empty: the
     *     source itself
     * @param idMapped whether ids on disk are the sandbox's (0 is its root) rather than the host's.
     *     Where the kernel cannot map them, the files are given to the sandbox's ids at its start
     */
    record Bind(Path source, String beneath, String target, boolean readOnly, boolean idMapped)
        implements Mount {
      public Bind {
        requireAbsolute(target);
        if (!source.isAbsolute()) {
          throw new IllegalArgumentException("source " + source + " is not absolute");
        }
        if (beneath.startsWith("/") || beneath.indexOf('\0') >= 0) {
          throw new IllegalArgumentException(
              "'" + beneath.replace('\0', '?') + "' is not a relative path");
        }
      }

      /** The source itself. */
      public Bind(Path source, String target, boolean readOnly, boolean idMapped) {
        this(source, "", target, readOnly, idMapped);
      }
    }

    /**
     * A file system in memory, counted to the sandbox's.
     *
     * @param options as in tmpfs(5): {@code size=64m,mode=1777}; may be empty
     */
    record Tmpfs(String target, boolean readOnly, String options) implements Mount {
      public Tmpfs {
        requireAbsolute(target);
      }
    }

    private static void requireAbsolute(String target) {
      if (!target.startsWith("/")
          || target.indexOf('\0') >= 0
          || Path.of(target).normalize().getNameCount() == 0) {
        throw new IllegalArgumentException(
            "target '" + target.replace('\0', '?') + "' is not an absolute path below /");
      }
    }
  }

  /**
   * What is executed.
   *
   * @param argv the command, looked up in the {@code PATH} of {@code env}, and its arguments
   * @param env {@code NAME=value}; {@code HOME} is added when missing
   * @param workdir an absolute path, made when missing; empty: {@code /}
   * @param user {@code name}, {@code uid}, {@code name:group}, {@code uid:gid}…, looked up in the
   *     root file system; empty: root
   * @param groups it is a member of these, too: names, looked up in the root file system, or ids
   * @param hostname the sandbox's host name
   * @param capabilities what root in it has; other users have none, as with Docker
   * @param seccomp which system calls it may make
   * @param limits of the process, inherited by what it starts; what is not named is as with us
   * @param oomScoreAdjust 0 to 1000: how much sooner than others it is killed when the host has no
   *     memory left (proc(5)); absent: not sooner than we are
   * @param sysctls settings of the sandbox's own namespaces, by {@link Sysctl}
   * @param terminal whether it has a terminal (its output is one stream then) rather than pipes
   * @param stdin whether there will be something to read on its standard input
   */
  public record Process(
      List<String> argv,
      List<String> env,
      String workdir,
      String user,
      List<String> groups,
      String hostname,
      Set<Capability> capabilities,
      SeccompProfile seccomp,
      Map<Rlimit, Rlimit.Bounds> limits,
      OptionalInt oomScoreAdjust,
      Map<Sysctl, String> sysctls,
      boolean terminal,
      boolean stdin) {
    /** How many groups a process can be given. */
    public static final int GROUPS_MAX = 64;

    private static final int HOSTNAME_LENGTH_MAX = 64;
    private static final int OOM_SCORE_MAX = 1000;

    public Process {
      argv = List.copyOf(argv);
      env = List.copyOf(env);
      groups = List.copyOf(groups);
      capabilities = Set.copyOf(capabilities);
      limits = Map.copyOf(limits);
      sysctls = Map.copyOf(sysctls);
      if (argv.isEmpty() || argv.getFirst().isEmpty()) {
        throw new IllegalArgumentException("argv is empty");
      }
      if (hostname.isEmpty() || hostname.length() > HOSTNAME_LENGTH_MAX) {
        throw new IllegalArgumentException(
            "hostname '" + hostname + "' is not 1.." + HOSTNAME_LENGTH_MAX + " characters long");
      }
      if (groups.size() > GROUPS_MAX || groups.contains("")) {
        throw new IllegalArgumentException(
            "groups " + groups + " are more than " + GROUPS_MAX + ", or one is empty");
      }
      int score = oomScoreAdjust.orElse(0);
      if (score < 0 || score > OOM_SCORE_MAX) {
        throw new IllegalArgumentException(
            "oomScoreAdjust " + score + " is not 0.." + OOM_SCORE_MAX);
      }
      Stream.of(argv, env, groups, List.of(workdir, user, hostname), sysctls.values())
          .flatMap(Collection::stream)
          .forEach(Process::requireNoNul);
    }

    /** A command of root's in {@code /}, with default capabilities and system calls. */
    public static Process of(List<String> argv, List<String> env, String hostname) {
      return draft(argv, hostname).env(env).build();
    }

    /** Begins with a command of root's in {@code /}, with nothing in its environment. */
    public static ProcessDraft draft(List<String> argv, String hostname) {
      return new ProcessDraft(argv, hostname);
    }

    /** Begins with what this one is. */
    public ProcessDraft redraft() {
      return new ProcessDraft(argv, hostname).like(this);
    }

    private static void requireNoNul(String text) {
      if (text.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("'" + text.replace('\0', '?') + "' has a NUL character");
      }
    }
  }

  /** How a sandbox is attached to networks, and where it looks names up. */
  public sealed interface Network {
    /** What its resolv.conf and hosts files say. */
    Resolution resolution();

    /** A network namespace of its own, with loopback only. */
    record None(Resolution resolution) implements Network {
      /** Without anybody to ask for names. */
      public None() {
        this(Resolution.NONE);
      }
    }

    /**
     * The host's own network namespace: with all its addresses and ports, loopback and abstract
     * sockets among them. Without name servers, it asks whom the host asks.
     */
    record Host(Resolution resolution) implements Network {}

    /**
     * A network namespace of its own, with loopback and an interface on each of these bridges:
     * eth0, eth1, … in this order.
     *
     * @param attachments 1 to 32, on different bridges
     */
    record Bridged(List<NetworkAttachment> attachments, Resolution resolution) implements Network {
      private static final int ATTACHMENTS_MAX = 32;

      public Bridged {
        attachments = List.copyOf(attachments);
        if (attachments.isEmpty() || attachments.size() > ATTACHMENTS_MAX) {
          throw new IllegalArgumentException(
              attachments.size() + " networks, must be 1 to " + ATTACHMENTS_MAX);
        }
        if (attachments.stream().map(NetworkAttachment::bridge).distinct().count()
            < attachments.size()) {
          throw new IllegalArgumentException("a network is named twice");
        }
      }

      /** Where packets for elsewhere go: to the first network that is not internal. */
      public Optional<NetworkAttachment> defaultRoute() {
        return attachments.stream().filter(attachment -> !attachment.internal()).findFirst();
      }
    }
  }
}
