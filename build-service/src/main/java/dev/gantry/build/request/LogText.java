package dev.gantry.build.request;

import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.log.LogLine;
import dev.gantry.build.log.LogTail;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A log as text: what steps wrote to the byte, and the builder's own words between. */
final class LogText {
  private final BuildLogs logs;

  LogText(BuildLogs logs) {
    this.logs = logs;
  }

  /**
   * Writes what is there now.
   *
   * @param step of this step alone, what it wrote and nothing else; 0: everything
   */
  void write(String build, int step, OutputStream out) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out);
    LogTail tail = logs.read(build);
    boolean open = false;
    for (Optional<LogLine> next = tail.next(); next.isPresent(); next = tail.next()) {
      LogLine line = next.get();
      boolean own = line.stream().equals("build");
      if (line.progress() != null
          || (step > 0 && (own || line.step() == null || line.step() != step))) {
        continue;
      }
      if (open && own) {
        buffered.write('\n');
      }
      buffered.write(line.exact());
      open = Boolean.TRUE.equals(line.open());
    }
    buffered.flush();
  }
}
