package dev.gantry.build.plan;

import java.util.List;

/**
 * What a build does: only the stages that its target needs, each after those that it needs.
 *
 * @param stages the last is the target
 * @param unusedArgs names of build args that no ARG asked for
 */
public record BuildPlan(List<PlannedStage> stages, List<String> unusedArgs) {
  /** Copies the lists. */
  public BuildPlan {
    stages = List.copyOf(stages);
    unusedArgs = List.copyOf(unusedArgs);
  }

  /** The stage whose result becomes the image. */
  public PlannedStage target() {
    return stages.getLast();
  }

  /** How many steps there are. */
  public int stepsTotal() {
    return stages.stream().mapToInt(stage -> stage.steps().size()).sum();
  }
}
