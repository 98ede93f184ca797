package dev.gantry.build.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StepInputsTest {
  private static final StepInputs BEFORE =
      new StepInputs("parent", "RUN x", Map.of("VERSION", "1"), Map.of("src/x", "file 644 abc"));

  @Test
  void theSameInputsHaveTheSameKey() {
    assertThat(CacheKey.of(inputs("parent", "RUN x", "1", "file 644 abc")))
        .isEqualTo(CacheKey.of(BEFORE));
  }

  @Test
  void anyOtherInputHasAnotherKey() {
    assertThat(
            java.util.List.of(
                CacheKey.of(BEFORE),
                CacheKey.of(inputs("other", "RUN x", "1", "file 644 abc")),
                CacheKey.of(inputs("parent", "RUN y", "1", "file 644 abc")),
                CacheKey.of(inputs("parent", "RUN x", "2", "file 644 abc")),
                CacheKey.of(inputs("parent", "RUN x", "1", "file 755 abc"))))
        .doesNotHaveDuplicates();
  }

  @Test
  void textsDoNotRunIntoEachOther() {
    assertThat(CacheKey.of(new StepInputs("ab", "c", Map.of(), Map.of())))
        .isNotEqualTo(CacheKey.of(new StepInputs("a", "bc", Map.of(), Map.of())));
  }

  @Test
  void aChangedArgIsNamedWithItsValues() {
    assertThat(inputs("parent", "RUN x", "2", "file 644 abc").changeSince(BEFORE))
        .isEqualTo("ARG VERSION 1→2");
  }

  @Test
  void aChangedFileIsNamed() {
    assertThat(inputs("parent", "RUN x", "1", "file 644 def").changeSince(BEFORE))
        .isEqualTo("file src/x changed");
  }

  @Test
  void aRemovedFileIsNamed() {
    assertThat(
            new StepInputs("parent", "RUN x", Map.of("VERSION", "1"), Map.of()).changeSince(BEFORE))
        .isEqualTo("file src/x removed");
  }

  @Test
  void aChangedParentIsToldWhenNothingElseChanged() {
    assertThat(inputs("other", "RUN x", "1", "file 644 abc").changeSince(BEFORE))
        .isEqualTo("parent step changed");
  }

  private static StepInputs inputs(String parent, String text, String version, String file) {
    return new StepInputs(parent, text, Map.of("VERSION", version), Map.of("src/x", file));
  }
}
