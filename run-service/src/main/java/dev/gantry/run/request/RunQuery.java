package dev.gantry.run.request;

import dev.gantry.run.lifecycle.RunView;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which runs of a list.
 *
 * @param states only these; empty: as {@code all} says
 * @param labels {@code key} or {@code key=value}, all of them
 * @param all those that are over too, unless they are removed; else only those that are not over
 * @param after only what comes behind the run with this id
 */
record RunQuery(
    Set<String> states, List<String> labels, boolean all, int limit, @Nullable String after) {
  RunQuery {
    states = Set.copyOf(states);
    labels = List.copyOf(labels);
  }

  /** Reads {@code running,exited}. */
  static Set<String> states(@Nullable String text) {
    return text == null || text.isBlank()
        ? Set.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }

  /** One page, and whether more follows. */
  record Page(List<RunView> runs, boolean more) {}

  Page apply(List<RunView> newestFirst) {
    List<RunView> wanted =
        newestFirst.stream().dropWhile(this::notYetPassed).filter(this::matches).toList();
    List<RunView> behind =
        after == null
            ? wanted
            : wanted.stream().filter(run -> !run.id().value().equals(after)).toList();
    return new Page(behind.stream().limit(limit).toList(), behind.size() > limit);
  }

  private boolean notYetPassed(RunView run) {
    return after != null && !run.id().value().equals(after);
  }

  private boolean matches(RunView run) {
    String state = run.state().label();
    boolean stateFits =
        states.isEmpty()
            ? (all ? !state.equals("removed") : !run.state().hasOutcome())
            : states.contains(state);
    return stateFits
        && labels.stream().allMatch(label -> has(run.order().claimed().labels(), label));
  }

  private static boolean has(Map<String, String> labels, String wanted) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }
}
