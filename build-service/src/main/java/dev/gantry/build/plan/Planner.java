package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lowers a {@link StageGraph} to a {@link BuildPlan}. Pure: the settings of the base images are
 * given. Whatever is wrong with an expansion is found here, before anything runs.
 */
public final class Planner {
  private final StageGraph graph;
  private final Map<String, Settings> images;
  private final Map<Integer, Settings> results = new HashMap<>();
  private final TreeSet<String> usedArgs = new TreeSet<>();
  private int number;

  private Planner(StageGraph graph, Map<String, Settings> images) {
    this.graph = graph;
    this.images = images;
  }

  /**
   * Plans the needed stages.
   *
   * @param images settings of every image that {@link StageGraph#images} names
   */
  public static PlanOutcome<BuildPlan> plan(StageGraph graph, Map<String, Settings> images) {
    try {
      return new PlanOutcome.Planned<>(new Planner(graph, images).plan());
    } catch (DockerfileException e) {
      return new PlanOutcome.Refused<>(e.problem());
    }
  }

  private BuildPlan plan() {
    List<PlannedStage> stages = new ArrayList<>();
    for (int index : graph.needed()) {
      stages.add(stage(graph.dockerfile().stages().get(index)));
    }
    stages.getLast().settings().labels().putAll(graph.options().labels());
    usedArgs.addAll(graph.globals().keySet());
    List<String> unused =
        graph.options().buildArgs().keySet().stream()
            .filter(name -> !usedArgs.contains(name) && !PlatformArgs.isProxy(name))
            .sorted()
            .toList();
    return new BuildPlan(stages, unused);
  }

  private PlannedStage stage(Stage stage) {
    Origin base = graph.bases().get(stage.index());
    Settings settings = baseSettings(base);
    List<PlannedStep> steps = new ArrayList<>();
    String canonical = "FROM " + describe(base);
    steps.add(new PlannedStep(++number, stage.from().at(), canonical, new Operation.Begin(base)));
    StageLowering lowering = new StageLowering(graph, stage.index(), settings);
    stage.instructions().forEach(next -> steps.add(lowering.lower(next, ++number)));
    usedArgs.addAll(lowering.declaredArgs());
    results.put(stage.index(), settings);
    return new PlannedStage(stage.index(), stage.label(), steps, settings);
  }

  private Settings baseSettings(Origin base) {
    return switch (base) {
      case Origin.Scratch _, Origin.Context _ -> scratch();
      case Origin.Earlier earlier -> known(results.get(earlier.stage()), "stage").copy();
      case Origin.Image image -> known(images.get(image.reference()), image.reference()).copy();
    };
  }

  private static Settings known(@Nullable Settings settings, String what) {
    if (settings == null) {
      throw new IllegalStateException("no settings of " + what);
    }
    return settings;
  }

  private static Settings scratch() {
    Settings settings = new Settings();
    settings.env().put("PATH", Settings.PATH_DEFAULT);
    return settings;
  }

  private static String describe(Origin base) {
    return switch (base) {
      case Origin.Scratch _ -> "scratch";
      case Origin.Context _ -> "context";
      case Origin.Earlier earlier -> "stage " + earlier.stage();
      case Origin.Image image -> image.reference();
    };
  }
}
