package dev.gantry.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellPatternTest {
  @ParameterizedTest
  @CsvSource({
    "foo.tar.gz, f*., false, tar.gz",
    "foo.tar.gz, f*., true, gz",
    "foo.tar.gz, x*, true, foo.tar.gz",
    "foo.tar.gz, ???, false, .tar.gz",
    "foo, *, false, foo",
    "foo, *, true, ''",
    "a*b, a\\*, false, b",
    "a?b, a\\?, false, b",
    "axb, a\\?, false, axb",
    "a.b, a., false, b",
    "aab, a.b, true, aab",
  })
  void aPrefixIsTakenAway(String text, String pattern, boolean longest, String expected) {
    assertThat(ShellPattern.of(pattern, 100).withoutPrefix(text, longest)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "foo.tar.gz, .*, false, foo.tar",
    "foo.tar.gz, .*, true, foo",
    "foo.tar.gz, .x*, true, foo.tar.gz",
    "abcabc, c*, false, abcab",
    "abcabc, b*, true, a",
    "a*, \\*, false, a",
  })
  void aSuffixIsTakenAway(String text, String pattern, boolean longest, String expected) {
    assertThat(ShellPattern.of(pattern, 100).withoutSuffix(text, longest)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b/c, /, -, false, a-b/c",
    "a/b/c, /, -, true, a-b-c",
    "aaa, a, bb, true, bbbbbb",
    "abcabc, b*, -, false, a-",
    "abc, ?, x, true, xxx",
    "abc, '', x, true, xaxbxcx",
    "abc, '', x, false, xabc",
    "abc, *, x, true, x",
    "a.b, ., -, true, a-b",
    "abc, z, -, true, abc",
  })
  void matchesAreReplaced(
      String text, String pattern, String replacement, boolean all, String expected) {
    assertThat(ShellPattern.of(pattern, 100).replace(text, replacement, all, 1000))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "\\a", "x\\"})
  void anEscapeOfNothingSpecialIsRefused(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> ShellPattern.of(pattern, 10));
  }

  @Test
  void aLineFeedIsNotCoveredByAWildcard() {
    assertThat(ShellPattern.of("*", 10).withoutPrefix("a\nb", true)).isEqualTo("\nb");
  }

  @Test
  void noPatternTakesLong() {
    String text = "a".repeat(10_000);
    ShellPattern pattern = ShellPattern.of("*a".repeat(1000) + "b", text.length());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> pattern.replace(text, "", true, 1 << 20));
  }

  @Test
  void tooMuchWorkIsRefusedBeforeItIsDone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShellPattern.of("?".repeat(60_000), 1 << 20));
  }
}
