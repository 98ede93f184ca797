package dev.gantry.image.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.image.protocol.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "hello", "team/app", "a.b_c__d-e---f/0", "gantry/contexts"})
  void whatTheSpecificationAllowsIsAName(String text) {
    assertThat(RepositoryName.parse(text)).isEqualTo(Outcome.done(new RepositoryName(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "a/",
        "/a",
        "a//b",
        "..",
        "a/../b",
        ".",
        "a/.hidden",
        "a___b",
        "-a",
        "a-",
        "a b",
        "a\\b",
        "a%2fb",
        "a\u0000",
        "é",
        "a:b",
        "a@b"
      })
  void anythingElseIsNot(String text) {
    assertThat(RepositoryName.parse(text)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void aNameThatIsTooLongIsNot() {
    assertThat(RepositoryName.parse("a".repeat(256))).isInstanceOf(Outcome.Refused.class);
  }
}
