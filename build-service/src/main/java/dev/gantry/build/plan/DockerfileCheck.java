package dev.gantry.build.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.build.dockerfile.Dockerfile;
import dev.gantry.build.dockerfile.DockerfileDocument;
import dev.gantry.build.dockerfile.DockerfileParser;
import dev.gantry.build.dockerfile.DockerfileProblem;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.dockerfile.ParseOutcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a Dockerfile says, or what is wrong with it, without building anything and without asking
 * for an image: what a base brings along is not known, and not missed.
 *
 * @param valid whether a build of it would begin
 * @param problems all that is wrong, in the order of lines
 * @param warnings what is probably not meant
 * @param document the same as JSON: {@code valid}, {@code dockerfile}, {@code errors}, {@code
 *     warnings}
 */
public record DockerfileCheck(
    boolean valid,
    List<DockerfileProblem> problems,
    List<DockerfileWarning> warnings,
    ObjectNode document) {
  /** Copies the lists. */
  public DockerfileCheck {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /**
   * Looks at a file, all stages of it where the options name no target.
   *
   * @param name the path by which problems name the file
   */
  public static DockerfileCheck of(String name, byte[] text, BuildOptions options) {
    return switch (DockerfileParser.parse(name, text)) {
      case ParseOutcome.Refused refused -> refused(JsonNodeFactory.instance.objectNode(), refused);
      case ParseOutcome.Parsed parsed -> of(parsed.dockerfile(), options);
    };
  }

  private static DockerfileCheck refused(ObjectNode document, ParseOutcome.Refused refused) {
    return of(document, refused.problems(), List.of());
  }

  private static DockerfileCheck of(Dockerfile dockerfile, BuildOptions options) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.set("dockerfile", DockerfileDocument.of(dockerfile));
    return switch (plan(dockerfile, allTargets(dockerfile, options))) {
      case PlanOutcome.Refused<BuildPlan> refused ->
          of(document, refused.problems(), dockerfile.warnings());
      case PlanOutcome.Planned<BuildPlan> planned ->
          of(document, List.of(), planned.value().warnings());
    };
  }

  private static DockerfileCheck of(
      ObjectNode document, List<DockerfileProblem> problems, List<DockerfileWarning> warnings) {
    document.put("valid", problems.isEmpty());
    document.set("errors", DockerfileDocument.problems(problems));
    document.set("warnings", DockerfileDocument.warnings(warnings));
    return new DockerfileCheck(problems.isEmpty(), problems, warnings, document);
  }

  private static BuildOptions allTargets(Dockerfile dockerfile, BuildOptions options) {
    if (!options.targets().isEmpty()) {
      return options;
    }
    List<String> all =
        IntStream.range(0, dockerfile.stages().size()).mapToObj(Integer::toString).toList();
    return BuildOptions.draft(options.platform())
        .buildArgs(options.buildArgs())
        .hostNetwork(options.hostNetwork())
        .targets(all)
        .build();
  }

  private static PlanOutcome<BuildPlan> plan(Dockerfile dockerfile, BuildOptions options) {
    return switch (StageGraph.of(dockerfile, options)) {
      case PlanOutcome.Refused<StageGraph> refused -> new PlanOutcome.Refused<>(refused.problems());
      case PlanOutcome.Planned<StageGraph> graph -> {
        Map<String, Settings> images = new HashMap<>();
        graph.value().images().forEach(image -> images.put(image, Settings.unknown()));
        yield Planner.plan(graph.value(), images);
      }
    };
  }
}
