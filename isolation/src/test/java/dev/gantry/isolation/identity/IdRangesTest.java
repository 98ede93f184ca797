package dev.gantry.isolation.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdRangesTest {
  private static final long BASE = 200_000_000;

  @TempDir Path directory;

  @Test
  void rangesDoNotOverlap() throws IOException {
    try (IdRanges ranges = open(10)) {
      assertThat(ranges.allocate("a").base()).isEqualTo(BASE);
      assertThat(ranges.allocate("b").base()).isEqualTo(BASE + IdRange.SIZE);
    }
  }

  @Test
  void anOwnerKeepsItsRange() throws IOException {
    try (IdRanges ranges = open(10)) {
      assertThat(ranges.allocate("a")).isEqualTo(ranges.allocate("a"));
    }
  }

  @Test
  void anOwnerKeepsItsRangeAfterANewStart() throws IOException {
    try (IdRanges ranges = open(10)) {
      ranges.allocate("gone");
      ranges.allocate("a");
      ranges.release("gone");
    }
    try (IdRanges ranges = open(10)) {
      assertThat(ranges.owners()).containsOnlyKeys("a");
      assertThat(ranges.allocate("a").base()).isEqualTo(BASE + IdRange.SIZE);
    }
  }

  @Test
  void aReleasedRangeIsGivenAgain() throws IOException {
    try (IdRanges ranges = open(1)) {
      IdRange first = ranges.allocate("a");
      ranges.release("a");
      assertThat(ranges.allocate("b")).isEqualTo(first);
    }
  }

  @Test
  void whenAllAreTakenThereIsNone() throws IOException {
    try (IdRanges ranges = open(1)) {
      ranges.allocate("a");
      assertThatThrownBy(() -> ranges.allocate("b")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void anOwnerWithoutARangeCanBeReleased() throws IOException {
    try (IdRanges ranges = open(1)) {
      ranges.release("nobody");
      assertThat(ranges.owners()).isEmpty();
    }
  }

  @Test
  void rangesBeyond32BitsAreRefused() {
    assertThatThrownBy(() -> open(100_000)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rangesOverTheHostsOwnIdsAreRefused() {
    assertThatThrownBy(() -> IdRanges.open(directory.resolve("ids"), 1000, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private IdRanges open(int count) throws IOException {
    return IdRanges.open(directory.resolve("ids"), BASE, count);
  }
}
