package dev.gantry.image.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {
  @ParameterizedTest
  @ValueSource(strings = {"5-9", "bytes 5-9/10", "bytes 5-9/*", "bytes=5-9", " 5-9 "})
  void everySpellingOfClientsIsRead(String header) {
    assertThat(ContentRange.parse(header)).contains(new ContentRange(5, 9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9-5", "-5", "5-", "a-b", "5-9-12", "99999999999999999999-1"})
  void whatIsNoRangeIsNone(String header) {
    assertThat(ContentRange.parse(header)).isEmpty();
  }
}
