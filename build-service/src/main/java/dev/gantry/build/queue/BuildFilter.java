package dev.gantry.build.queue;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which builds to list; what is absent or empty does not matter.
 *
 * @param tag one of the names that a build gives its image: with its tag, or all tags of a
 *     repository
 * @param before the position behind the last that is known
 */
public record BuildFilter(
    Set<BuildState> states,
    @Nullable String tag,
    @Nullable Instant since,
    @Nullable Instant until,
    long before) {
  /** Copies the set. */
  public BuildFilter {
    states = Set.copyOf(states);
  }
}
