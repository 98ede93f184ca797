package dev.gantry.run.request;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.lifecycle.Rank;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of runs.
 *
 * @param filter which runs
 * @param limit how many at most
 * @param after only those that stand behind this; null: from the newest on
 */
record RunQuery(RunFilter filter, int limit, @Nullable Rank after) {
  static final int LIMIT_MAX = 500;

  /**
   * Reads what a client sent.
   *
   * @throws ProblemException naming the parameter that is wrong
   */
  static RunQuery of(RunFilter filter, int limit, @Nullable String cursor) {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, limit + " is not in 1.." + LIMIT_MAX, "limit");
    }
    Optional<Rank> after = cursor == null ? Optional.empty() : Rank.parse(cursor);
    if (cursor != null && after.isEmpty()) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "is not where a page of ours ended: " + cursor, "cursor");
    }
    return new RunQuery(filter, limit, after.orElse(null));
  }

  /** Runs, and where the next page begins; null: there is none. */
  record Page(List<RunView> runs, @Nullable Rank next) {}

  /** Looks at no more runs than the page needs. */
  Page apply(Runs runs) {
    return apply(runs.after(after));
  }

  Page apply(Stream<RunView> newestFirst) {
    List<RunView> page = new ArrayList<>();
    Iterator<RunView> matches = newestFirst.filter(filter::matches).iterator();
    while (page.size() < limit && matches.hasNext()) {
      page.add(matches.next());
    }
    boolean more = page.size() == limit && matches.hasNext();
    return new Page(page, more ? Rank.of(page.getLast()) : null);
  }
}
