package dev.gantry.run.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLogsTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;

  @Test
  void aLogIsReadableAfterItsRunIsRemoved() throws Exception {
    KeptLogs logs = keep(KeptLogs.open(directory.resolve("kept"), DAY, 100), "a", "hello", AT);
    assertThat(logs.of("a").resolve("log")).hasContent("hello");
  }

  @Test
  void aRepeatedRemovalLosesNothing() throws Exception {
    KeptLogs logs = keep(KeptLogs.open(directory.resolve("kept"), DAY, 100), "a", "hello", AT);
    logs.keep("a", directory.resolve("a"), AT);
    assertThat(logs.of("a").resolve("log")).hasContent("hello");
  }

  @Test
  void aLogGoesWhenItsTimeIsOver() throws Exception {
    KeptLogs logs = keep(KeptLogs.open(directory.resolve("kept"), DAY, 100), "a", "hello", AT);
    logs.collect(AT.plus(DAY).plusSeconds(1));
    assertThat(logs.of("a")).doesNotExist();
  }

  @Test
  void aLogStaysUntilItsTimeIsOver() throws Exception {
    KeptLogs logs = keep(KeptLogs.open(directory.resolve("kept"), DAY, 100), "a", "hello", AT);
    logs.collect(AT.plus(DAY));
    assertThat(logs.of("a")).exists();
  }

  @Test
  void theOldestGoWhereTheyAreTooMuch() throws Exception {
    KeptLogs logs = KeptLogs.open(directory.resolve("kept"), DAY, 9);
    keep(logs, "old", "12345", AT);
    keep(logs, "new", "12345", AT.plusSeconds(1));
    logs.collect(AT.plusSeconds(2));
    assertThat(logs.of("old")).doesNotExist();
    assertThat(logs.of("new")).exists();
  }

  @Test
  void nothingIsKeptWhereTheTimeIsZero() throws Exception {
    KeptLogs logs =
        keep(KeptLogs.open(directory.resolve("kept"), Duration.ZERO, 100), "a", "hello", AT);
    assertThat(logs.of("a")).doesNotExist();
  }

  private KeptLogs keep(KeptLogs logs, String run, String text, Instant at) throws IOException {
    Path log = Files.createDirectories(directory.resolve(run));
    Files.writeString(log.resolve("log"), text);
    logs.keep(run, log, at);
    return logs;
  }
}
