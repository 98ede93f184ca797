package dev.gantry.isolation.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads the log of a sandbox, while it is written or afterwards: files {@code log}, {@code log.1},
 * … (the oldest has the highest number) of one directory, lines {@code <RFC 3339 time>
 * stdout|stderr F|P <bytes>} (the CRI's log format). Not thread-safe.
 */
public final class LogReader implements AutoCloseable {
  private LogReader() {}

  /** Starts to read a log; one whose files do not exist (yet) is empty. */
  public static LogReader open(Path directory, LogQuery query) throws IOException {
    throw new UnsupportedOperationException("" + directory + query);
  }

  /**
   * The next entry. Empty when there is none: for good, unless the query follows, then none came
   * within the patience; a rotation meanwhile loses nothing.
   *
   * <p>The end of a followed log is the caller's to know: when the sandbox has exited, call with no
   * patience until it is empty.
   */
  public Optional<LogEntry> next(Duration patience) throws IOException, InterruptedException {
    throw new UnsupportedOperationException("" + patience);
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
