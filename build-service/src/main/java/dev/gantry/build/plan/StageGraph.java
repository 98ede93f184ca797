package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Dockerfile;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.dockerfile.Instruction;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which stages the targets need and what each begins with. What an image's ONBUILD asks for is part
 * of it once the image's settings are known: {@link #with}.
 *
 * @param dockerfile all of it
 * @param options what the request says
 * @param bases by stage index, for every stage
 * @param instructions by stage index: the triggers of its base, then its own
 * @param targets indexes of the stages that become images, in the order of the request
 * @param needed indexes of the stages to build, each after those that it needs
 * @param globals the values of the ARGs before the first FROM
 * @param warnings what is probably not meant
 */
public record StageGraph(
    Dockerfile dockerfile,
    BuildOptions options,
    List<Origin> bases,
    List<List<Instruction>> instructions,
    List<Integer> targets,
    List<Integer> needed,
    Map<String, String> globals,
    List<DockerfileWarning> warnings) {
  /** Copies the collections. */
  public StageGraph {
    bases = List.copyOf(bases);
    instructions = List.copyOf(instructions);
    targets = List.copyOf(targets);
    needed = List.copyOf(needed);
    globals = Map.copyOf(globals);
    warnings = List.copyOf(warnings);
  }

  /** Works out the graph; refuses a target, base or platform that cannot be. */
  public static PlanOutcome<StageGraph> of(Dockerfile dockerfile, BuildOptions options) {
    return of(dockerfile, options, Map.of());
  }

  private static PlanOutcome<StageGraph> of(
      Dockerfile dockerfile, BuildOptions options, Map<String, List<String>> triggers) {
    try {
      return new GraphResolver(dockerfile, options, triggers).graph();
    } catch (DockerfileException e) {
      return new PlanOutcome.Refused<>(List.of(e.problem()));
    }
  }

  /**
   * The same graph with what the ONBUILD of these images asks for, which may need further stages
   * and images: to be repeated until {@link #images} names none that is not given here.
   */
  public PlanOutcome<StageGraph> with(Map<String, Settings> images) {
    Map<String, List<String>> triggers = new HashMap<>();
    images.forEach((reference, settings) -> triggers.put(reference, settings.triggers()));
    return of(dockerfile, options, triggers);
  }

  /** The references of all images that the needed stages begin with, copy from or mount. */
  public Set<String> images() {
    Set<String> images = new LinkedHashSet<>();
    for (int index : needed) {
      addImage(bases.get(index), images);
      for (Instruction instruction : instructions.get(index)) {
        for (Origin origin : StageLinks.of(dockerfile, index, instruction)) {
          addImage(origin, images);
        }
      }
    }
    return images;
  }

  private static void addImage(Origin origin, Set<String> images) {
    if (origin instanceof Origin.Image image) {
      images.add(image.reference());
    }
  }
}
