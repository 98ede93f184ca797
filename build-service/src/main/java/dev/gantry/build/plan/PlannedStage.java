package dev.gantry.build.plan;

import java.util.List;

/**
 * A stage that is built.
 *
 * @param index its position in the Dockerfile
 * @param label its name, or its index
 * @param steps the first is an {@link Operation.Begin}
 * @param settings those of its result
 */
public record PlannedStage(int index, String label, List<PlannedStep> steps, Settings settings) {
  /** Copies the list. */
  public PlannedStage {
    steps = List.copyOf(steps);
  }

  /** What the stage begins with. */
  public Origin base() {
    return ((Operation.Begin) steps.getFirst().operation()).base();
  }
}
