package dev.gantry.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table = new Table("A", "B");
    table.row("long", "x");

    assertThat(print(table)).isEqualTo("A      B\nlong   x\n");
  }

  @Test
  void cellsCannotDriveTheTerminal() {
    Table table = new Table("A");
    table.row("\u001b[2J");

    assertThat(print(table)).doesNotContain("\u001b");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "1073741824, 1.0 GiB"})
  void sizesHaveUnits(long bytes, String text) {
    assertThat(Quantities.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"5, 5 s ago", "600, 10 min ago", "10800, 3 h ago", "864000, 10 d ago"})
  void agesAreCoarse(long seconds, String text) {
    Instant now = Instant.parse("2025-06-01T00:00:00Z");

    assertThat(Quantities.ago(now.minusSeconds(seconds).toString(), now)).isEqualTo(text);
  }

  private static String print(Table table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
