package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileParser;
import dev.gantry.build.dockerfile.DockerfileProblem;
import dev.gantry.build.dockerfile.ParseOutcome;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Plans what tests write. */
final class Plans {
  private Plans() {}

  static BuildOptions.Draft options() {
    return BuildOptions.draft("linux/amd64");
  }

  /** The settings of every image that tests do not say more of. */
  static Settings base() {
    Settings settings = new Settings();
    settings.env().put("PATH", "/base/bin");
    settings.command(List.of("base-cmd"));
    return settings;
  }

  /** An image with these triggers. */
  static Settings withTriggers(String... triggers) {
    Settings settings = base();
    settings.triggers().addAll(List.of(triggers));
    return settings;
  }

  static PlanOutcome<BuildPlan> outcome(
      String text, BuildOptions options, Function<String, Settings> images) {
    ParseOutcome outcome =
        DockerfileParser.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8));
    if (outcome instanceof ParseOutcome.Refused refused) {
      return new PlanOutcome.Refused<>(refused.problems());
    }
    PlanOutcome<StageGraph> graph =
        StageGraph.of(((ParseOutcome.Parsed) outcome).dockerfile(), options);
    Map<String, Settings> settings = new HashMap<>();
    while (graph instanceof PlanOutcome.Planned<StageGraph>(StageGraph planned)) {
      if (settings.keySet().containsAll(planned.images())) {
        return Planner.plan(planned, settings);
      }
      planned.images().forEach(image -> settings.put(image, images.apply(image)));
      graph = planned.with(settings);
    }
    return new PlanOutcome.Refused<>(((PlanOutcome.Refused<StageGraph>) graph).problems());
  }

  static BuildPlan plan(String text, BuildOptions options, Function<String, Settings> images) {
    return switch (outcome(text, options, images)) {
      case PlanOutcome.Planned<BuildPlan> planned -> planned.value();
      case PlanOutcome.Refused<BuildPlan> refused -> throw new AssertionError(refused.problem());
    };
  }

  static BuildPlan plan(String text, Map<String, String> buildArgs) {
    return plan(text, options().buildArgs(buildArgs).build(), image -> base());
  }

  static BuildPlan plan(String text) {
    return plan(text, Map.of());
  }

  static DockerfileProblem refused(String text, BuildOptions options) {
    return switch (outcome(text, options, image -> base())) {
      case PlanOutcome.Planned<BuildPlan> planned -> throw new AssertionError(planned.value());
      case PlanOutcome.Refused<BuildPlan> refused -> refused.problem();
    };
  }

  static DockerfileProblem refused(String text) {
    return refused(text, options().build());
  }

  /** The settings that the instructions make of nothing. */
  static Settings settings(String instructions) {
    return plan("FROM scratch\n" + instructions).target().settings();
  }

  static Operation last(BuildPlan plan) {
    return plan.target().steps().getLast().operation();
  }

  /** What the last instruction after a FROM becomes. */
  static Operation last(String instructions) {
    return last(plan("FROM a\n" + instructions));
  }

  static Map<String, String> env(BuildPlan plan) {
    return ((Operation.Run) last(plan)).environment().env();
  }
}
