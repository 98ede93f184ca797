package dev.gantry.image.blob;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  private static final long SIZE = 1000;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-999, 0, 1000",
    "bytes=10-, 10, 990",
    "bytes=-500, 500, 500",
    "bytes=-5000, 0, 1000",
    "bytes=990-5000, 990, 10"
  })
  void aRangeThatExistsIsCutToTheBlob(String header, long offset, long count) {
    assertThat(ByteRange.parse(header, SIZE)).isEqualTo(new ByteRange.Part(offset, count));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=500-0",
        "bytes=1000-",
        "bytes=-0",
        "bytes=-",
        "bytes=x-y",
        "bytes=0-1,5-6",
        "bytes=99999999999999999999-"
      })
  void aRangeThatDoesNotExistIsUnsatisfiable(String header) {
    assertThat(ByteRange.parse(header, SIZE)).isEqualTo(new ByteRange.Unsatisfiable());
  }

  @Test
  void anotherUnitIsIgnored() {
    assertThat(ByteRange.parse("lines=1-2", SIZE)).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void noHeaderMeansTheWhole() {
    assertThat(ByteRange.parse(null, SIZE)).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void anEmptyBlobHasNoRange() {
    assertThat(ByteRange.parse("bytes=0-", 0)).isEqualTo(new ByteRange.Unsatisfiable());
  }

  @Test
  void theContentRangeNamesTheSize() {
    assertThat(new ByteRange.Part(10, 5).contentRange(SIZE)).isEqualTo("bytes 10-14/1000");
  }
}
