package dev.gantry.run.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTimeTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "10m, 2026-01-31T11:50:00Z",
    "1h30m, 2026-01-31T10:30:00Z",
    "1.5h, 2026-01-31T10:30:00Z",
    "500ms, 2026-01-31T11:59:59.500Z",
    "2d, 2026-01-29T12:00:00Z",
    "0s, 2026-01-31T12:00:00Z",
    "2026-01-30T01:02:03Z, 2026-01-30T01:02:03Z",
    "2026-01-30T01:02:03.5+01:00, 2026-01-30T00:02:03.500Z",
    "2026-01-30T01:02:03, 2026-01-30T01:02:03Z",
    "2026-01-30, 2026-01-30T00:00:00Z",
    "1700000000, 2023-11-14T22:13:20Z",
    "1700000000.25, 2023-11-14T22:13:20.250Z",
  })
  void isReadAsDockerReadsIt(String text, Instant expected) {
    assertThat(LogTime.parse(text, NOW)).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "10x", "m", "-10m", "2026-13-01"})
  void whatNamesNoTimeIsNotOne(String text) {
    assertThat(LogTime.parse(text, NOW)).isEmpty();
  }

  @Test
  void aVeryLongTextIsNotLookedAt() {
    assertThat(LogTime.parse("1s".repeat(100), NOW)).isEmpty();
  }
}
