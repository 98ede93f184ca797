package dev.gantry.run.log;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Points in time as {@code docker logs} takes them: how long ago ({@code 10m}, {@code 1h30m},
 * {@code 1.5h}), RFC 3339, the same without zone (UTC), a date, or seconds since 1970.
 */
final class LogTime {
  private static final Pattern AGO =
      Pattern.compile("(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:ns|us|ms|s|m|h|d))+");
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ns|us|ms|s|m|h|d)");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}(?:\\.[0-9]{1,9})?");
  private static final int TEXT_LENGTH_MAX = 64;

  private LogTime() {}

  /** The point in time that a text names; empty when it names none. */
  static Optional<Instant> parse(String text, Instant now) {
    if (text.length() > TEXT_LENGTH_MAX) {
      return Optional.empty();
    }
    try {
      if (AGO.matcher(text).matches()) {
        return Optional.of(now.minus(duration(text)));
      }
      if (SECONDS.matcher(text).matches()) {
        return Optional.of(Instant.EPOCH.plus(nanos(new BigDecimal(text), Duration.ofSeconds(1))));
      }
    } catch (ArithmeticException | DateTimeException _) {
      return Optional.empty();
    }
    return tried(() -> OffsetDateTime.parse(text).toInstant())
        .or(() -> tried(() -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)))
        .or(() -> tried(() -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)));
  }

  private static Duration duration(String text) {
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      sum = sum.plus(nanos(new BigDecimal(part.group(1)), unit(part.group(2))));
    }
    return sum;
  }

  private static Duration nanos(BigDecimal count, Duration unit) {
    BigDecimal nanos = count.multiply(BigDecimal.valueOf(unit.toNanos()));
    BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
    return Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
  }

  private static Duration unit(String name) {
    return switch (name) {
      case "ns" -> Duration.ofNanos(1);
      case "us" -> Duration.ofNanos(1_000);
      case "ms" -> Duration.ofMillis(1);
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Optional<Instant> tried(Supplier<Instant> form) {
    try {
      return Optional.of(form.get());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
