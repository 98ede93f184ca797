package dev.gantry.build.dockerfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values in the forms that Docker's own tools, which are written in Go, take. */
public final class GoValues {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern ALL = Pattern.compile("[+-]?(?:" + PART.pattern() + "){1,16}");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?) ?([kmgtp]?)(i?b)?");
  private static final String SIZE_UNITS = "kmgtp";

  private GoValues() {}

  /** {@code strconv.ParseBool}. */
  public static Optional<Boolean> truth(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** {@code time.ParseDuration}; empty where it is none, or too long for 63 bits of nanoseconds. */
  public static Optional<Duration> duration(String text) {
    if (text.equals("0") || text.equals("+0") || text.equals("-0")) {
      return Optional.of(Duration.ZERO);
    }
    if (!ALL.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal sum = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      String number = part.group(1);
      BigDecimal value = new BigDecimal(number.endsWith(".") ? number + "0" : number);
      sum = sum.add(value.multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 1L))));
    }
    if (sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    Duration duration = Duration.ofNanos(sum.longValue());
    return Optional.of(text.startsWith("-") ? duration.negated() : duration);
  }

  /** {@code units.RAMInBytes}: {@code 64m}, {@code 1.5GiB}, each step being 1024. */
  public static Optional<Long> bytes(String text) {
    Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int power = matcher.group(2).isEmpty() ? 0 : SIZE_UNITS.indexOf(matcher.group(2)) + 1;
    BigDecimal bytes =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
    return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? Optional.empty()
        : Optional.of(bytes.longValue());
  }
}
