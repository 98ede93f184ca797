package dev.gantry.build.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerIgnoreTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "abc|abc|true",
        "abc|abc/d|true",
        "abc|x/abc|false",
        "/abc|abc|true",
        "abc/|abc|true",
        "./abc|abc|true",
        "*.txt|a.txt|true",
        "*.txt|d/a.txt|false",
        "**/*.txt|a.txt|true",
        "**/*.txt|d/e/a.txt|true",
        "abc/**|abc|false",
        "abc/**|abc/d/e|true",
        "**|a/b|true",
        "a?c|abc|true",
        "a?c|a/c|false",
        "a[b-d]c|acc|true",
        "a[^b-d]c|acc|false",
        "a\\*c|a*c|true",
        "a\\*c|abc|false",
        "a.c|abc|false",
        "# abc|abc|false",
        "~abc\n!abc/keep~|abc/keep|false",
        "~abc\n!abc/keep~|abc/drop|true",
        "~!abc\nabc~|abc|true",
        "~*\n!Dockerfile~|Dockerfile|false",
        "~  abc  ~|abc|true",
        "a/*/c|a/b/c|true",
        "a/*/c|a/b/b/c|false",
        "a/**/c|a/c|true",
        "a/**/c|a/b/b/c|true",
        "a/../b|b|true",
      })
  void decidesAsDockerDoes(String rules, String path, boolean ignored) throws Exception {
    assertThat(DockerIgnore.parse(rules).ignores(path)).isEqualTo(ignored);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "! ", "[]a]", "[x-]", "[", "a[", "a\\"})
  void badPatternsAreRefused(String rule) {
    assertThatExceptionOfType(InvalidContextException.class)
        .isThrownBy(() -> DockerIgnore.parse("ok\n" + rule))
        .withMessageContaining("line 2");
  }
}
