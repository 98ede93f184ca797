package dev.gantry.build.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
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
        "../b|b|false",
        "/../b|b|true",
        "**/**/*.txt|file.txt|true",
        "a**/*.txt|a/dir/file.txt|true",
        "a/*.txt**|a/file.txt|true",
        "**file|dir/file|true",
        "**file|dir/myfile|true",
        "**/.foo|bar.foo|false",
        "**/dir2/*|dir/dir2/file/x|true",
        "a(b)c/def|a(b)c/def|true",
        "a.)$(}+{bc|a.)$(}+{bc|true",
        "a[^b]c|a/c|true",
        "[a-ζ]*|α|true",
        "~  # abc~|# abc|true",
        "!!abc|abc|false",
        "~**\n!util/web~|util/web/foo|false",
        "~**\n!util/web\nutil/web/foo~|util/web/foo|true",
        "~docs/*\n!docs/README.md~|docs/README.md|false",
        "~abc\r\ndef\r\n~|def|true",
        "~\uFEFFabc~|abc|true",
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

  @Test
  void manyStarsTakeNoTime() throws Exception {
    DockerIgnore ignore = DockerIgnore.parse("**/a*".repeat(200) + "b");
    assertThat(ignore.ignores("a/".repeat(1_000) + "c")).isFalse();
  }
}
