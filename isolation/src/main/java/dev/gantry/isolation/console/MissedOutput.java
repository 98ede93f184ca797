package dev.gantry.isolation.console;

import dev.gantry.isolation.log.LogEntry;
import dev.gantry.isolation.log.LogQuery;
import dev.gantry.isolation.log.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Output that a client was not sent, because it was not there or took none; the log has it. */
record MissedOutput(Path log, Instant after, Instant before) {
  /** Puts it into the queue, as far as it was not rotated away. */
  void copyTo(OutputQueue queue) throws IOException, InterruptedException {
    try (LogReader reader = LogReader.open(log, LogQuery.ALL)) {
      boolean wanted = true;
      while (wanted) {
        Optional<LogEntry> entry = reader.next(Duration.ZERO);
        wanted = entry.isPresent() && entry.get().time().isBefore(before);
        if (wanted && entry.get().time().isAfter(after)) {
          wanted = queue.put(entry.get().stream(), written(entry.get()));
        }
      }
    }
  }

  private static byte[] written(LogEntry entry) {
    if (entry.partial()) {
      return entry.bytes();
    }
    byte[] line = Arrays.copyOf(entry.bytes(), entry.bytes().length + 1);
    line[line.length - 1] = '\n';
    return line;
  }
}
