package dev.gantry.isolation.log;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which entries of a log.
 *
 * @param since only those at or after this time
 * @param until only those before or at this time; the first later one ends the reading
 * @param tail only so many lines, the last ones
 * @param streams only these streams
 * @param follow wait for more after the last one
 */
public record LogQuery(
    Optional<Instant> since,
    Optional<Instant> until,
    OptionalInt tail,
    Set<LogStream> streams,
    boolean follow) {
  /** Everything that is there. */
  public static final LogQuery ALL =
      new LogQuery(
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          EnumSet.allOf(LogStream.class),
          false);

  /** Refuses a negative tail, copies the set. */
  public LogQuery {
    if (tail.isPresent() && tail.getAsInt() < 0) {
      throw new IllegalArgumentException("tail is " + tail.getAsInt() + ", the least is 0");
    }
    streams = Set.copyOf(streams);
  }

  /** The same, and waiting for more. */
  public LogQuery following() {
    return new LogQuery(since, until, tail, streams, true);
  }

  boolean wants(LogEntry entry) {
    return streams.contains(entry.stream())
        && (since.isEmpty() || !entry.time().isBefore(since.get()));
  }

  boolean endsBefore(LogEntry entry) {
    return until.isPresent() && entry.time().isAfter(until.get());
  }
}
