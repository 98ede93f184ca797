package dev.gantry.image.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
  @Test
  void aCursorSurvivesItsText() {
    Cursor cursor = new Cursor(Instant.parse("2026-01-02T03:04:05.678901Z"), 42);
    assertThat(Cursor.parse(cursor.toString())).contains(cursor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "1-", "x-1", "1-2-3", "999999999999999999999-1"})
  void whatIsNoCursorIsNone(String text) {
    assertThat(Cursor.parse(text)).isEmpty();
  }
}
