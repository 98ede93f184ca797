package dev.gantry.build.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StepInputsTest {
  private static final StepInputs BEFORE =
      new StepInputs(
          "parent", "RUN x", Map.of("ARG VERSION", "1"), Map.of("src/x", "file 644 abc"));

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
        .contains("ARG VERSION 1→2");
  }

  @Test
  void aChangedFileIsNamed() {
    assertThat(inputs("parent", "RUN x", "1", "file 644 def").changeSince(BEFORE))
        .contains("file src/x changed");
  }

  @Test
  void aRemovedFileIsNamed() {
    assertThat(
            new StepInputs("parent", "RUN x", Map.of("ARG VERSION", "1"), Map.of())
                .changeSince(BEFORE))
        .contains("file src/x removed");
  }

  @Test
  void aChangedInstructionTellsWhatItWas() {
    assertThat(inputs("parent", "RUN y", "1", "file 644 abc").changeSince(BEFORE))
        .contains("instruction changed: it was RUN x");
  }

  @Test
  void aChangedParentIsNoChangeOfTheStep() {
    assertThat(inputs("other", "RUN x", "1", "file 644 abc").changeSince(BEFORE)).isEmpty();
  }

  @Test
  void briefInputsStillTellWhichFileChanged() {
    StepInputs now = inputs("parent", "RUN x", "1", "file 644 def").brief();
    assertThat(now.changeSince(BEFORE.brief())).contains("file src/x changed");
  }

  @Test
  void veryManyFilesAreKeptAsOne() {
    Map<String, String> sources = new TreeMap<>();
    for (int i = 0; i < 30_000; i++) {
      sources.put("file" + i, "content");
    }
    assertThat(new StepInputs("parent", "COPY . /", Map.of(), sources).brief().sources())
        .hasSize(1);
  }

  private static StepInputs inputs(String parent, String text, String version, String file) {
    return new StepInputs(parent, text, Map.of("ARG VERSION", version), Map.of("src/x", file));
  }
}
