package dev.gantry.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1s, 1000",
    "1m30s, 90000",
    "1h0m0.5s, 3600500",
    ".5s, 500",
    "1.s, 1000",
    "-2ms, -2",
    "+2ms, 2"
  })
  void durationsAreThoseOfGo(String text, long millis) {
    assertThat(GoValues.duration(text).orElseThrow().toMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "1 s", "1d", "--1s", "1s1", "99999999999999999h"})
  void whatIsNoDurationIsNone(String text) {
    assertThat(GoValues.duration(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "10, 10", "1k, 1024", "2KB, 2048", "64m, 67108864", "1.5GiB, 1610612736"})
  void sizesAreThoseOfGo(String text, long bytes) {
    assertThat(GoValues.bytes(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1x", "1kk", "99999999999999999p"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(GoValues.bytes(text)).isEmpty();
  }
}
