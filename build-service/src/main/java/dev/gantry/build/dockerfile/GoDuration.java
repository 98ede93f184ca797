package dev.gantry.build.dockerfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Docker writes them, which is Go's {@code time.ParseDuration}. */
final class GoDuration {
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

  private GoDuration() {}

  /** Empty where it is none, or too long for nanoseconds in 63 bits. */
  static Optional<Duration> parse(String text) {
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
}
