package dev.gantry.isolation.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the log of a sandbox, while it is written or afterwards: files {@code log}, {@code log.1},
 * … (the oldest has the highest number) of one directory, lines {@code <RFC 3339 time>
 * stdout|stderr F|P <bytes>} (the CRI's log format). Not thread-safe.
 */
public final class LogReader implements AutoCloseable {
  private static final long PAUSE_MILLIS_MIN = 5;
  private static final long PAUSE_MILLIS_MAX = 100;

  private final LogFiles files;
  private final LogQuery query;

  /** Those still to read, the oldest first; the first is the one being read. */
  private final Deque<LogSource> sources;

  /** Entries that were read ahead. */
  private final Deque<LogEntry> ahead = new ArrayDeque<>();

  /** Something later than what is wanted has been seen. */
  private boolean ended;

  private LogReader(LogFiles files, LogQuery query, Deque<LogSource> sources) {
    this.files = files;
    this.query = query;
    this.sources = sources;
  }

  /** Starts to read a log; one whose files do not exist (yet) is empty. */
  public static LogReader open(Path directory, LogQuery query) throws IOException {
    return open(() -> directory, query);
  }

  /** As above, of a log that may be renamed while it is read: the supplier says where it is now. */
  public static LogReader open(Supplier<Path> directory, LogQuery query) throws IOException {
    LogFiles files = new LogFiles(directory);
    LogReader reader = new LogReader(files, query, files.open());
    try {
      reader.skipToTail();
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * The next entry. Empty when there is none: for good, unless the query follows, then none came
   * within the patience; a rotation meanwhile loses nothing. Once {@link #ended} it is for good,
   * too.
   *
   * <p>The end of a followed log is the caller's to know: when the sandbox has exited, call with no
   * patience until it is empty.
   */
  public Optional<LogEntry> next(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<LogEntry> entry = take();
    for (long pause = PAUSE_MILLIS_MIN;
        entry.isEmpty() && query.follow() && !ended && System.nanoTime() < deadline;
        pause = Math.min(2 * pause, PAUSE_MILLIS_MAX)) {
      Thread.sleep(Math.min(pause, 1 + (deadline - System.nanoTime()) / 1_000_000));
      entry = take();
    }
    return entry;
  }

  /** Whether an entry was met that is later than what is wanted: more will not come. */
  public boolean ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    while (!sources.isEmpty()) {
      sources.removeFirst().close();
    }
  }

  private Optional<LogEntry> take() throws IOException {
    if (!ahead.isEmpty()) {
      return Optional.of(ahead.removeFirst());
    }
    Optional<LogEntry> entry = ended ? Optional.empty() : read();
    while (entry.isPresent() && !query.wants(entry.get()) && !query.endsBefore(entry.get())) {
      entry = read();
    }
    ended = ended || entry.filter(query::endsBefore).isPresent();
    return ended ? Optional.empty() : entry;
  }

  /** The next entry of any kind; empty at the end of what is written. */
  private Optional<LogEntry> read() throws IOException {
    Optional<LogEntry> entry = Optional.empty();
    boolean more = true;
    while (entry.isEmpty() && more) {
      if (sources.isEmpty()) {
        sources.addAll(files.open());
      }
      LogSource current = sources.peekFirst();
      if (current == null) {
        more = false;
      } else {
        // Asked before its last entry is read: what is not active does not grow any more.
        boolean last = sources.size() == 1 && files.active(current);
        entry = current.next();
        more = entry.isPresent() || (!last && advance(current));
      }
    }
    return entry;
  }

  /** Leaves a file that has ended for the next one; whether there is one. */
  private boolean advance(LogSource ended) throws IOException {
    if (sources.size() == 1) {
      Optional<LogSource> next = files.after(ended);
      if (next.isEmpty()) {
        return false;
      }
      sources.add(next.get());
    }
    sources.removeFirst().close();
    return true;
  }

  /**
   * Passes over all but the last lines: counts them in the files that are open, then reads these
   * again. Of a line that began before and ends in the tail, nothing is lost.
   */
  private void skipToTail() throws IOException {
    if (query.tail().isEmpty()) {
      return;
    }
    long skip = countLines() - query.tail().getAsInt();
    for (LogSource source : sources) {
      source.rewind();
    }
    List<LogEntry> unfinished = new ArrayList<>();
    for (Optional<LogEntry> next = skip > 0 ? take() : Optional.empty(); next.isPresent(); ) {
      LogEntry entry = next.get();
      if (entry.partial()) {
        unfinished.add(entry);
      } else {
        unfinished.removeIf(piece -> piece.stream() == entry.stream());
        skip--;
      }
      next = skip > 0 ? take() : Optional.empty();
    }
    if (query.tail().getAsInt() > 0) {
      ahead.addAll(unfinished);
    }
  }

  private long countLines() throws IOException {
    long lines = 0;
    boolean[] unfinished = new boolean[LogStream.values().length];
    for (LogSource source : sources) {
      for (Optional<LogEntry> entry = source.next(); entry.isPresent(); entry = source.next()) {
        if (query.endsBefore(entry.get())) {
          return lines + open(unfinished);
        }
        if (query.wants(entry.get())) {
          lines += entry.get().partial() ? 0 : 1;
          unfinished[entry.get().stream().ordinal()] = entry.get().partial();
        }
      }
    }
    return lines + open(unfinished);
  }

  /** A line that has not ended is one, too, but nothing ends it yet for the skipping to count. */
  private static int open(boolean[] unfinished) {
    int lines = 0;
    for (boolean open : unfinished) {
      lines += open ? 1 : 0;
    }
    return lines;
  }
}
