package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What the files of a group say: a file that is missing, or cannot be read, says nothing. */
record Readings(Path directory) {
  private static final Pattern SPACES = Pattern.compile(" +");

  /** Version 1 says "no limit" by the greatest multiple of a page. */
  private static final long LIMIT_V1_MAX = Long.MAX_VALUE / 4096 * 4096;

  List<String> lines(String file) {
    try {
      return Files.readAllLines(directory.resolve(file), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return List.of(); // not counted by this kernel (ENOENT, EOPNOTSUPP), or the group is gone
    }
  }

  /** The number in a file of one; empty for {@code max}. */
  OptionalLong number(String file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? OptionalLong.empty() : parse(lines.getFirst());
  }

  /** The limit in a file of version 1. */
  OptionalLong limitV1(String file) {
    OptionalLong limit = number(file);
    return limit.isPresent() && limit.getAsLong() < LIMIT_V1_MAX ? limit : OptionalLong.empty();
  }

  /** A file of lines {@code <key> <number>}. */
  Entries entries(String file) {
    Map<String, Long> entries = new HashMap<>();
    for (String line : lines(file)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        parse(line.substring(space + 1)).ifPresent(n -> entries.put(line.substring(0, space), n));
      }
    }
    return new Entries(entries);
  }

  /** The numbers of a file by their keys. */
  record Entries(Map<String, Long> numbers) {
    OptionalLong get(String key) {
      Long number = numbers.get(key);
      return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    Optional<Duration> duration(String key, ChronoUnit unit) {
      return Optional.ofNullable(numbers.get(key)).map(number -> Duration.of(number, unit));
    }
  }

  /** A file of pressure: {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}. */
  Optional<CgroupStats.Pressure> pressure(String file) {
    Map<String, CgroupStats.Stall> stalls = new HashMap<>();
    for (String line : lines(file)) {
      Map<String, String> values = values(line);
      String kind = SPACES.split(line)[0];
      if (values.keySet().containsAll(List.of("avg10", "avg60", "avg300", "total"))) {
        stalls.put(kind, stall(values));
      }
    }
    return Optional.ofNullable(stalls.get("some"))
        .map(some -> new CgroupStats.Pressure(some, Optional.ofNullable(stalls.get("full"))));
  }

  private static CgroupStats.Stall stall(Map<String, String> values) {
    return new CgroupStats.Stall(
        Double.parseDouble(values.getOrDefault("avg10", "0")),
        Double.parseDouble(values.getOrDefault("avg60", "0")),
        Double.parseDouble(values.getOrDefault("avg300", "0")),
        Duration.of(Long.parseLong(values.getOrDefault("total", "0")), ChronoUnit.MICROS));
  }

  /** The words {@code key=value} of a line. */
  static Map<String, String> values(String line) {
    Map<String, String> values = new HashMap<>();
    for (String word : SPACES.split(line)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return values;
  }

  private static OptionalLong parse(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
