package dev.gantry.isolation.sandbox;

import java.io.IOException;
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

    public Bounds {
      if (soft < UNLIMITED || hard < UNLIMITED || exceeds(soft, hard)) {
        throw new IllegalArgumentException(
            "soft limit %d, hard limit %d: not in this order".formatted(soft, hard));
      }
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

  /** The limits of this process, which what it starts inherits. */
  public static Map<Rlimit, Bounds> inherited() throws IOException {
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
