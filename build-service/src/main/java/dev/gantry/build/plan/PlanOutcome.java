package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileProblem;

/** What became of lowering. */
public sealed interface PlanOutcome<T> {
  /** It can be done. */
  record Planned<T>(T value) implements PlanOutcome<T> {}

  /** It cannot, and nothing of it may run. */
  record Refused<T>(DockerfileProblem problem) implements PlanOutcome<T> {}
}
