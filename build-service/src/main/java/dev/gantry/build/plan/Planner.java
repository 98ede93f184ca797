package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Checks;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lowers a {@link StageGraph} to a {@link BuildPlan}. Pure: the settings of the base images are
 * given. Whatever is wrong with an expansion is found here, before anything runs.
 */
public final class Planner {
  private final StageGraph graph;
  private final Map<String, Settings> images;
  private final Map<Integer, StageScope> results = new HashMap<>();
  private final TreeSet<String> usedArgs = new TreeSet<>();
  private final List<DockerfileWarning> warnings = new ArrayList<>();
  private final Problems problems = new Problems();
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
      return new Planner(graph, images).plan();
    } catch (DockerfileException e) {
      return new PlanOutcome.Refused<>(List.of(e.problem()));
    }
  }

  private PlanOutcome<BuildPlan> plan() {
    Map<Integer, PlannedStage> stages = new TreeMap<>();
    for (int index : graph.needed()) {
      stages.put(index, stage(graph.dockerfile().stages().get(index)));
    }
    if (problems.any()) {
      return new PlanOutcome.Refused<>(problems.all());
    }
    List<PlannedStage> targets = graph.targets().stream().map(stages::get).toList();
    targets.forEach(target -> target.settings().labels().putAll(graph.options().labels()));
    graph
        .dockerfile()
        .globals()
        .forEach(arg -> arg.pairs().forEach(pair -> usedArgs.add(pair.name())));
    List<String> unused =
        graph.options().buildArgs().keySet().stream()
            .filter(name -> !usedArgs.contains(name) && !PlatformArgs.isPredefined(name))
            .sorted()
            .toList();
    return new PlanOutcome.Planned<>(
        new BuildPlan(List.copyOf(stages.values()), targets, unused, wantedWarnings()));
  }

  private List<DockerfileWarning> wantedWarnings() {
    Checks checks = graph.dockerfile().checks();
    List<DockerfileWarning> all = new ArrayList<>(graph.dockerfile().warnings());
    all.addAll(graph.warnings());
    all.addAll(warnings);
    List<DockerfileWarning> wanted = checks.wanted(all).stream().distinct().toList();
    checks
        .problem(wanted)
        .ifPresent(
            problem -> {
              throw new DockerfileException(problem);
            });
    return wanted;
  }

  private PlannedStage stage(Stage stage) {
    Origin base = graph.bases().get(stage.index());
    StageScope scope = scope(base);
    List<PlannedStep> steps = new ArrayList<>();
    String canonical = "FROM " + describe(base);
    steps.add(new PlannedStep(++number, stage.from().at(), canonical, new Operation.Begin(base)));
    StageLowering lowering = new StageLowering(graph, stage.index(), scope);
    for (Instruction next : graph.instructions().get(stage.index())) {
      int step = ++number;
      problems
          .attempt(() -> Optional.of(lowering.lower(next, step)), Optional.<PlannedStep>empty())
          .ifPresent(steps::add);
    }
    usedArgs.addAll(scope.declared());
    warnings.addAll(scope.warnings());
    results.put(stage.index(), scope);
    return new PlannedStage(stage.index(), stage.label(), steps, scope.settings());
  }

  private StageScope scope(Origin base) {
    return switch (base) {
      case Origin.Scratch _, Origin.Context _ -> StageScope.ofImage(scratch());
      case Origin.Earlier earlier ->
          StageScope.ofStage(known(results.get(earlier.stage()), "stage"));
      case Origin.Image image -> {
        Settings settings = known(images.get(image.reference()), image.reference()).copy();
        settings.triggers().clear();
        yield StageScope.ofImage(settings);
      }
    };
  }

  private static <T> T known(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalStateException("nothing is known of " + what);
    }
    return value;
  }

  private static Settings scratch() {
    Settings settings = new Settings();
    settings.workdir("/");
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
