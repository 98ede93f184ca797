package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * Where a run stands in a list: the newer comes first. It says so itself, so that a list can be
 * continued behind a run that is gone.
 */
public record Rank(Instant createdAt, EntityId id) implements Comparable<Rank> {
  private static final Comparator<Rank> OLDEST_FIRST =
      Comparator.comparing(Rank::createdAt).thenComparing(Rank::id);
  private static final char SEPARATOR = '_';
  private static final int ID_LENGTH = 32;

  /** Of a run as it is. */
  public static Rank of(RunView run) {
    return new Rank(run.createdAt(), run.id());
  }

  /** Reads what {@link #toString} wrote. */
  public static Optional<Rank> parse(String text) {
    int separator = text.indexOf(SEPARATOR);
    String id = text.substring(separator + 1);
    if (separator < 0 || id.length() != ID_LENGTH || !EntityId.isPrefix(id)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Rank(Instant.parse(text.substring(0, separator)), new EntityId(id)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(Rank other) {
    return OLDEST_FIRST.compare(other, this);
  }

  @Override
  public String toString() {
    return createdAt.toString() + SEPARATOR + id;
  }
}
