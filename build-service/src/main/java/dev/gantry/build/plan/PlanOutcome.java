package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileProblem;
import java.util.List;

/** What became of lowering. */
public sealed interface PlanOutcome<T> {
  /** It can be done. */
  record Planned<T>(T value) implements PlanOutcome<T> {}

  /**
   * It cannot, and nothing of it may run.
   *
   * @param problems at least one, in the order of lines
   */
  record Refused<T>(List<DockerfileProblem> problems) implements PlanOutcome<T> {
    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }

    /** The first. */
    public DockerfileProblem problem() {
      return problems.getFirst();
    }
  }
}
