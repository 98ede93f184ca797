package dev.gantry.run.log;

import dev.gantry.isolation.log.LogEntry;
import dev.gantry.isolation.log.LogQuery;
import dev.gantry.isolation.log.LogReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Copies a log to a reader, and goes on while it grows. */
final class LogCopy {
  private static final Duration LOOK = Duration.ofMillis(500);

  private LogCopy() {}

  /**
   * Copies until nothing more can come, or the reader has gone.
   *
   * @param directory where the log is now: that of a run that is removed is moved
   * @param over whether the run is: nothing is written after that
   * @param gone whether the reader is
   */
  static void copy(
      Supplier<Path> directory, LogQuery query, LogForm form, OutputStream out, Ends ends)
      throws IOException {
    try (LogReader reader = LogReader.open(directory, query)) {
      boolean more = true;
      while (more && !ends.gone().getAsBoolean()) {
        // Asked before the log is read: what was written until then is read below.
        boolean last = !query.follow() || ends.over().getAsBoolean();
        more = drain(reader, form, out, last ? Duration.ZERO : LOOK) || !last;
        more = more && !reader.ended();
      }
      form.end(out);
      out.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("reading a log").initCause(e);
    }
  }

  /** When to stop. */
  record Ends(BooleanSupplier over, BooleanSupplier gone) {}

  private static boolean drain(LogReader reader, LogForm form, OutputStream out, Duration patience)
      throws IOException, InterruptedException {
    Optional<LogEntry> entry = reader.next(patience);
    if (entry.isEmpty()) {
      form.idle(out);
      out.flush();
      return false;
    }
    while (entry.isPresent()) {
      form.entry(entry.get(), out);
      entry = reader.next(Duration.ZERO);
    }
    out.flush();
    return true;
  }
}
