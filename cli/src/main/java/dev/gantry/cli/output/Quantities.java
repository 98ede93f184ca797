package dev.gantry.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Sizes and times as people say them. */
public final class Quantities {
  private Quantities() {}

  /** {@code 1234567} → {@code 1.2 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < 4) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", value, "KMGTP".charAt(unit));
  }

  /** How long ago an RFC 3339 time was: {@code 5 s ago}; what is no time is returned as it is. */
  public static String ago(String time, Instant now) {
    try {
      return time.isEmpty() ? "" : coarse(Duration.between(Instant.parse(time), now)) + " ago";
    } catch (DateTimeParseException e) {
      return time;
    }
  }

  /** {@code 1234} → {@code 1.2 s}. */
  public static String millis(long millis) {
    return millis < 1000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  private static String coarse(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
  }
}
