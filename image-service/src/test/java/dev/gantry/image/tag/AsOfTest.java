package dev.gantry.image.tag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsOfTest {
  @Test
  void aTimeBehindATagIsTheEndOfThatSecond() {
    AsOf past = AsOf.parse(new TagName("v1.2.as-of.20261124T030405Z")).orElseThrow();

    assertThat(past)
        .isEqualTo(new AsOf(new TagName("v1.2"), Instant.parse("2026-11-24T03:04:05.999999Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1",
        "v1.as-of.",
        "v1.as-of.20261124",
        "v1.as-of.20261324T030405Z",
        "v1.as-of.20261124T250405Z"
      })
  void whatNamesNoTimeIsATagLikeOthers(String name) {
    assertThat(AsOf.parse(new TagName(name))).isEmpty();
  }
}
