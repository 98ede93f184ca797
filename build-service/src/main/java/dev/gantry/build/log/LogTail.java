package dev.gantry.build.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the log of one build from its beginning, as far as it is written. A log is the same bytes
 * wherever it is, so a reader goes on when the build does on another host. Not thread-safe.
 */
public final class LogTail {
  private final BuildLogs logs;
  private final String build;
  private long position;
  private byte[] lines = {};
  private int at;

  LogTail(BuildLogs logs, String build) {
    this.logs = logs;
    this.build = build;
  }

  /** The next whole line; empty when none is there now. */
  public Optional<LogLine> next() throws IOException {
    if (at == lines.length) {
      LogPiece piece = logs.piece(build, position);
      lines = piece.lines();
      position = piece.end();
      at = 0;
      if (piece.isEmpty()) {
        return Optional.empty();
      }
    }
    int end = at;
    while (lines[end] != '\n') {
      end++;
    }
    String json = new String(lines, at, end - at, StandardCharsets.UTF_8);
    at = end + 1;
    return Optional.of(BuildLogs.JSON.readValue(json, LogLine.class));
  }

  /** Whether this process writes the log now: then the build has not ended. */
  public boolean isGrowing() {
    return logs.isWrittenHere(build);
  }

  /** Waits until there may be another line, or none follows; at most so long. */
  public void await(long millis) throws InterruptedException {
    logs.await(build, position, millis);
  }
}
