package dev.gantry.run.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.isolation.log.LogEntry;
import dev.gantry.isolation.log.LogStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PlainLogTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void piecesOfALineBecomeOneLine() throws IOException {
    PlainLog log = new PlainLog(false);
    log.entry(entry("a", true), out);
    log.entry(entry("b", false), out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("ab\n");
  }

  @Test
  void aLineHasOneTime() throws IOException {
    PlainLog log = new PlainLog(true);
    log.entry(entry("a", true), out);
    log.entry(entry("b", false), out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("2026-01-01T00:00:00Z ab\n");
  }

  private static LogEntry entry(String text, boolean partial) {
    return new LogEntry(AT, LogStream.STDOUT, text.getBytes(StandardCharsets.UTF_8), partial);
  }
}
