package dev.gantry.isolation.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A limit of a process (getrlimit(2)), in the kernel's order: the ordinal is its number. */
public enum Rlimit {
  CPU("Max cpu time"),
  FSIZE("Max file size"),
  DATA("Max data size"),
  STACK("Max stack size"),
  CORE("Max core file size"),
  RSS("Max resident set"),
  NPROC("Max processes"),
  NOFILE("Max open files"),
  MEMLOCK("Max locked memory"),
  AS("Max address space"),
  LOCKS("Max file locks"),
  SIGPENDING("Max pending signals"),
  MSGQUEUE("Max msgqueue size"),
  NICE("Max nice priority"),
  RTPRIO("Max realtime priority"),
  RTTIME("Max realtime timeout");

  private final String title;

  Rlimit(String title) {
    this.title = title;
  }

  /**
   * The limit that applies, and how far the process may raise it.
   *
   * @param soft seconds, bytes or a number, as the limit has it; or {@link #UNLIMITED}
   * @param hard the same, not less
   */
  public record Bounds(long soft, long hard) {
    /** No limit. */
    public static final long UNLIMITED = -1;

    /** No limits at all. */
    public static final Bounds NONE = new Bounds(UNLIMITED, UNLIMITED);

    public Bounds {
      if (soft < UNLIMITED || hard < UNLIMITED || exceeds(soft, hard)) {
        throw new IllegalArgumentException(
            "soft limit %d, hard limit %d: not in this order".formatted(soft, hard));
      }
    }

    /** For people. */
    public static String text(long limit) {
      return limit == UNLIMITED ? "unlimited" : Long.toUnsignedString(limit);
    }

    /** Whether one limit is higher than another. */
    public static boolean exceeds(long limit, long other) {
      return Long.compareUnsigned(limit, other) > 0; // UNLIMITED is the greatest, as in the kernel
    }
  }

  /** The limit that a user calls {@code nofile}, as in Docker's {@code --ulimit}. */
  public static Optional<Rlimit> named(String name) {
    for (Rlimit limit : values()) {
      if (limit.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(limit);
      }
    }
    return Optional.empty();
  }

  /**
   * The hard limits up to which a sandbox can be given its own: those of this process, which it
   * inherits, or none where this process has the privilege to raise them.
   *
   * @throws UncheckedIOException when {@code /proc} cannot be read
   */
  public static Map<Rlimit, Bounds> grantable() {
    try {
      return mayRaise() ? Map.of(NOFILE, openFiles()) : inherited();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean mayRaise() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapEff:")) {
        long effective = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (effective >> Capability.SYS_RESOURCE.ordinal() & 1) == 1;
      }
    }
    return false;
  }

  /** Nobody's limit of open files is beyond this. */
  private static Bounds openFiles() throws IOException {
    long highest = number(Files.readString(Path.of("/proc/sys/fs/nr_open")).strip());
    return new Bounds(highest, highest);
  }

  private static Map<Rlimit, Bounds> inherited() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/limits"));
    Map<Rlimit, Bounds> limits = new EnumMap<>(Rlimit.class);
    for (Rlimit limit : values()) {
      for (String line : lines) {
        if (line.startsWith(limit.title + " ")) {
          String[] words = line.substring(limit.title.length()).strip().split("\\s+");
          limits.put(limit, new Bounds(number(words[0]), number(words[1])));
        }
      }
    }
    return limits;
  }

  private static long number(String text) {
    return text.equals("unlimited") ? Bounds.UNLIMITED : Long.parseUnsignedLong(text);
  }
}
