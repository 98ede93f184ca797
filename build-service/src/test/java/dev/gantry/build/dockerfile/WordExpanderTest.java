package dev.gantry.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordExpanderTest {
  private static final Map<String, String> VALUES =
      Map.of("FOO", "foo", "EMPTY", "", "TWO", "a b", "PATHS", "/a:/b:/c");

  private static final At AT = new At(1, 1, 1, "ENV x", List.of("ENV x"));

  private static String expand(String word) {
    return new WordExpander('\\', AT).expand(word, VALUES::get);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "plain|plain",
        "$FOO|foo",
        "${FOO}|foo",
        "x${FOO}y$FOO|xfooyfoo",
        "\\$FOO|$FOO",
        "'$FOO'|$FOO",
        "\"$FOO\"|foo",
        "\"\\$FOO\"|$FOO",
        "\"a\\b\"|a\\b",
        "a\\ b|a b",
        "$FOO.txt|foo.txt",
        "$|$",
        "a$|a$",
        "${NOPE:-word}|word",
        "${EMPTY:-word}|word",
        "${EMPTY-word}|~~",
        "${NOPE-word}|word",
        "${FOO:-word}|foo",
        "${FOO:+word}|word",
        "${EMPTY:+word}|~~",
        "${EMPTY+word}|word",
        "${NOPE+word}|~~",
        "${NOPE:-${FOO}}|foo",
        "${NOPE:-'q'}|q",
        "${FOO:?msg}|foo",
        "${EMPTY?msg}|~~",
        "~${NOPE:-a b}~|a b",
        "~${NOPE:-\"a}b\"}~|a}b",
        "${NOPE:-${EMPTY:-${FOO}}}|foo",
        "${NOPE:-\\}}|}",
        "${NOPE-}|~~",
        "${FOO#f}|oo",
        "${FOO#*o}|o",
        "${FOO##*o}|~~",
        "${FOO%o}|fo",
        "${FOO%o*}|fo",
        "${FOO%%o*}|f",
        "${FOO#x}|foo",
        "${NOPE#x}|~~",
        "${PATHS//:/ }|/a /b /c",
        "${PATHS/:/ }|/a /b:/c",
        "${PATHS//\\//-}|-a:-b:-c",
        "${PATHS/\\/b/x}|/a:x:/c",
        "${FOO/o/}|fo",
        "${FOO//o/$EMPTY}|f",
        "${FOO/${FOO}/x}|x",
        "$1|~~",
        "$12a|a",
        "$@|~~",
        "$?x|x",
        "$FOO$FOO|foofoo",
        "\\\\$FOO|\\foo",
        "'a\\b'|a\\b",
        "~\"it's\"~|it's",
        "a\\|a",
        "$fooé|~~",
      })
  void expandsAsDockerDoes(String word, String expected) {
    assertThat(expand(word)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${}",
        "${.}",
        "${:x}",
        "${FOO",
        "${FOO:",
        "${FOO:Y}",
        "${FOO:x}",
        "'open",
        "\"open",
        "${NOPE:?msg}",
        "${NOPE?}",
        "${EMPTY:?}",
        "${FOO:-open",
        "${{FOO}}",
        "${FOO/o}",
        "${FOO/o/x",
        "${FOO#\\x}",
        "${FOO^}",
        "${FOO,,}",
        "${FOO=x}",
        "${FOO:=x}"
      })
  void refusesWhatDockerRefuses(String word) {
    assertThatExceptionOfType(DockerfileException.class).isThrownBy(() -> expand(word));
  }

  @Test
  void theMessageOfAnUnsetVariableIsTold() {
    assertThatExceptionOfType(DockerfileException.class)
        .isThrownBy(() -> expand("${NOPE:?set it}"))
        .withMessageContaining("NOPE: set it");
  }

  @Test
  void aVariableIsCutIntoWordsUnlessQuoted() {
    assertThat(new WordExpander('\\', AT).expandWords("$TWO \"$TWO\"", VALUES::get))
        .containsExactly("a", "b", "a b");
  }

  @Test
  void theEscapeCanBeABacktick() {
    assertThat(new WordExpander('`', AT).expand("C:\\x`$FOO", VALUES::get)).isEqualTo("C:\\x$FOO");
  }

  @Test
  void escapesInABodyAreTakenAwayAndQuotesStay() {
    assertThat(
            new WordExpander('\\', AT)
                .expandBody("\"$FOO\" '$FOO' \\$FOO \\\\ \\x $NOPE.", VALUES::get))
        .isEqualTo("\"foo\" 'foo' $FOO \\ x .");
  }

  @Test
  void theEmptyWordIsNone() {
    assertThat(new WordExpander('\\', AT).expandWords("\"\" $EMPTY a''", VALUES::get))
        .containsExactly("a");
  }

  @Test
  void whatIsNestedTooDeeplyIsRefused() {
    String deep = "${A:-".repeat(5000) + "x" + "}".repeat(5000);
    assertThatExceptionOfType(DockerfileException.class).isThrownBy(() -> expand(deep));
  }

  @Test
  void whatGrowsTooLongIsRefused() {
    String big = "x".repeat(100_000);
    assertThatExceptionOfType(DockerfileException.class)
        .isThrownBy(
            () -> new WordExpander('\\', AT).expand("\"" + "$A".repeat(100) + "\"", name -> big));
  }
}
