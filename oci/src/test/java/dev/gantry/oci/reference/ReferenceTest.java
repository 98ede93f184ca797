package dev.gantry.oci.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String DIGEST =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "hello,,hello,",
    "hello:1,,hello,1",
    "team/hello:1,,team/hello,1",
    "127.0.0.1:5000/hello:1,127.0.0.1:5000,hello,1",
    "localhost/hello,localhost,hello,",
    "registry.example/a/b/c:v1.2-x,registry.example,a/b/c,v1.2-x",
    "[::1]:5000/hello,[::1]:5000,hello,",
    "a__b/c---d,,a__b/c---d,",
  })
  void thePartsOfANameAreFound(String text, String registry, String repository, String tag) {
    Reference reference = Reference.parse(text);
    assertThat(reference.registry().orElse(null)).isEqualTo(registry);
    assertThat(reference.repository()).isEqualTo(repository);
    assertThat(reference.tag().orElse(null)).isEqualTo(tag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hello", "hello:1", "h.io:5/a/b:c@" + DIGEST, "hello@" + DIGEST, "localhost/x"})
  void aNameIsWrittenAsItIsRead(String text) {
    assertThat(Reference.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Hello",
        "hello:",
        "hello:-1",
        "a//b",
        "/a",
        "a/",
        "..",
        "a/../b",
        "a b",
        "hello@sha256:abc",
        "h.io:port/a",
        "-a",
        "a_-_b",
        "h.io/",
      })
  void malformedNamesAreRefused(String text) {
    assertThatThrownBy(() -> Reference.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDigestIsAskedForBeforeATag() {
    assertThat(Reference.parse("hello:1@" + DIGEST).manifestReference()).isEqualTo(DIGEST);
  }

  @Test
  void withoutTagAndDigestLatestIsAskedFor() {
    assertThat(Reference.parse("hello").manifestReference()).isEqualTo("latest");
  }

  @Test
  void theDefaultRegistryFillsAGapOnly() {
    assertThat(Reference.parse("hello").withDefaultRegistry("h:5")).hasToString("h:5/hello");
    assertThat(Reference.parse("a.b/c").withDefaultRegistry("h:5")).hasToString("a.b/c");
  }

  @Test
  void aLongHostileNameIsRefusedAtOnce() {
    assertThat(Reference.isRepository("a".repeat(250) + "/".repeat(100_000))).isFalse();
    assertThat(Reference.isRepository("a-".repeat(127) + "_")).isFalse();
  }
}
