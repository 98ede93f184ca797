package dev.gantry.run.log;

import dev.gantry.isolation.log.LogEntry;
import dev.gantry.isolation.log.LogStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** What was written, byte by byte; each line begins with its time where that is wanted. */
final class PlainLog implements LogForm {
  private final boolean timestamps;
  private final Set<LogStream> unfinished = EnumSet.noneOf(LogStream.class);

  PlainLog(boolean timestamps) {
    this.timestamps = timestamps;
  }

  @Override
  public void entry(LogEntry entry, OutputStream out) throws IOException {
    if (timestamps && !unfinished.contains(entry.stream())) {
      out.write((entry.time() + " ").getBytes(StandardCharsets.US_ASCII));
    }
    out.write(entry.bytes());
    if (entry.partial()) {
      unfinished.add(entry.stream());
    } else {
      unfinished.remove(entry.stream());
      out.write('\n');
    }
  }

  @Override
  public void idle(OutputStream out) {}

  @Override
  public void end(OutputStream out) {}
}
