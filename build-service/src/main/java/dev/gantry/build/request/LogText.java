package dev.gantry.build.request;

import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.log.LogLine;
import dev.gantry.build.log.LogTail;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A log as lines of text. */
final class LogText {
  private final BuildLogs logs;

  LogText(BuildLogs logs) {
    this.logs = logs;
  }

  void write(String build, OutputStream out) throws IOException {
    BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    try (LogTail tail = logs.read(build)) {
      for (Optional<LogLine> line = tail.next(); line.isPresent(); line = tail.next()) {
        writer.write(line.get().line());
        writer.write('\n');
      }
    }
    writer.flush();
  }
}
