package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileWarning;
import java.util.List;

/**
 * What a build does: only the stages that its targets need, each after those that it needs.
 *
 * @param stages all of them
 * @param targets those that become images, in the order in which they were asked for
 * @param unusedArgs names of build args that no ARG asked for
 * @param warnings what is allowed, but probably not meant
 */
public record BuildPlan(
    List<PlannedStage> stages,
    List<PlannedStage> targets,
    List<String> unusedArgs,
    List<DockerfileWarning> warnings) {
  /** Copies the lists. */
  public BuildPlan {
    stages = List.copyOf(stages);
    targets = List.copyOf(targets);
    unusedArgs = List.copyOf(unusedArgs);
    warnings = List.copyOf(warnings);
  }

  /** The stage whose result becomes the image; the first where there are several. */
  public PlannedStage target() {
    return targets.getFirst();
  }

  /** How many steps there are. */
  public int stepsTotal() {
    return stages.stream().mapToInt(stage -> stage.steps().size()).sum();
  }
}
