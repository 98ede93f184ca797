package dev.gantry.oci.registry;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header that says when to ask again, in seconds or as a date (RFC 9110, 10.2.3). */
final class RetryAfter {
  private RetryAfter() {}

  /** How long to wait; empty without the header, or when it cannot be understood. */
  static Optional<Duration> of(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
      Duration left = Duration.between(Instant.now(), then);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
