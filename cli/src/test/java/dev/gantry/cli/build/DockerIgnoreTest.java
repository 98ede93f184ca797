package dev.gantry.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerIgnoreTest {
  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, a/b, true",
    "a, b/a, false",
    "/a, a, true",
    "./a/, a, true",
    "*.md, x.md, true",
    "*.md, d/x.md, false",
    "**/*.md, d/x.md, true",
    "**/*.md, x.md, true",
    "d/**, d/e/f, true",
    "d/**, d, false",
    "a/../b, b, true",
    "?, x, true",
    "?, xy, false",
    "[a-c]x, bx, true",
    "[a-c]x, dx, false",
    "a.b, aXb, false",
    "\\*, *, true",
    "#a, '#a', false"
  })
  void patternsMatchAsInDocker(String pattern, String path, boolean ignored) {
    assertThat(DockerIgnore.parse(List.of(pattern)).ignores(path)).isEqualTo(ignored);
  }

  @Test
  void theLastMatchDecides() {
    DockerIgnore ignore = DockerIgnore.parse(List.of("*.md", "!README.md", "READ*"));

    assertThat(ignore.ignores("README.md")).isTrue();
  }

  @Test
  void anExceptionBringsBackWhatIsBelowAnIgnoredDirectory() {
    DockerIgnore ignore = DockerIgnore.parse(List.of("d", "!d/keep"));

    assertThat(ignore.ignores("d/keep")).isFalse();
    assertThat(ignore.ignores("d/other")).isTrue();
  }

  @Test
  void aFileThatIsNotUnderstoodIgnoresNothing() {
    assertThat(DockerIgnore.parse(List.of("a", "[")).ignores("a")).isFalse();
  }
}
