package dev.gantry.run.request;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;

/** Finds the run that an HTTP request names. */
public final class RunLookup {
  private RunLookup() {}

  /**
   * The run with that id, name, or beginning of an id.
   *
   * @throws ProblemException when there is none, or more than one
   */
  public static RunView find(Runs runs, String text) {
    return switch (runs.find(text)) {
      case Runs.Lookup.Found(RunView run) -> run;
      case Runs.Lookup.Unknown _ ->
          throw new ProblemException(ReasonCode.RUN_NOT_FOUND, "there is no run " + text);
      case Runs.Lookup.Ambiguous(int matches) ->
          throw new ProblemException(
              ReasonCode.RUN_AMBIGUOUS, "%d runs have ids that begin so".formatted(matches));
    };
  }
}
