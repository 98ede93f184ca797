package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStage;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.layer.LayerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes stages step by step: from the cache where it can, else by doing them. */
final class StageRunner {
  private final Engine.Parts parts;
  private final StepContext context;
  private final int total;
  private final StepLookup lookup;
  private final LayerPipeline pipeline;
  private final RunStep runStep;
  private int stepsCached;

  StageRunner(Engine.Parts parts, Preparation prepared, StepLookup lookup, LayerPipeline pipeline) {
    this.parts = parts;
    this.context = prepared.context();
    this.total = prepared.plan().stepsTotal();
    this.lookup = lookup;
    this.pipeline = pipeline;
    this.runStep = new RunStep(parts.sandboxes(), parts.layers(), parts.stepPatience());
  }

  int stepsCached() {
    return stepsCached;
  }

  /** What a step made of its stage. */
  private record Result(StageState state, @Nullable String cacheMiss) {}

  /** Does the work of a step that is not in the cache. */
  @FunctionalInterface
  private interface Work {
    RunStep.Changes changes(List<Path> layers)
        throws BuildFailedException, IOException, InterruptedException;
  }

  void run(PlannedStage stage)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    StageState state = begin(stage);
    for (PlannedStep step : stage.steps()) {
      Job job = context.job();
      job.cancellation().check();
      job.progress().started(stage.label(), step, total);
      job.log().say(step.number(), "[" + step.number() + "/" + total + "] " + step.at().text());
      long begun = System.nanoTime();
      Result result = step(stage, step, state);
      state = result.state();
      boolean cached = result.cacheMiss() == null;
      stepsCached += cached ? 1 : 0;
      long millis = (System.nanoTime() - begun) / 1_000_000;
      job.log()
          .say(
              step.number(),
              cached ? "cached" : "done in " + millis + " ms (" + result.cacheMiss() + ")");
      job.progress()
          .finished(
              stage.label(), step, total, new Progress.Finish(cached, result.cacheMiss(), millis));
    }
    context.stages().put(stage.index(), state);
  }

  private StageState begin(PlannedStage stage) {
    return switch (stage.base()) {
      case Origin.Scratch _, Origin.Context _ ->
          new StageState("scratch", null, List.of(), List.of());
      case Origin.Earlier earlier -> context.stage(earlier.stage());
      case Origin.Image image -> {
        BaseImage base = context.image(image.reference());
        yield new StageState(base.key(), base.config(), base.layers(), List.of());
      }
    };
  }

  private Result step(PlannedStage stage, PlannedStep step, StageState state)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    String slot = slot(stage, step);
    return switch (step.operation()) {
      case Operation.Begin _, Operation.Configure _ -> configure(slot, step, state);
      case Operation.Add _ -> throw unsupported(step, "ADD");
      case Operation.Run run when run.script() != null -> throw unsupported(step, "a script");
      case Operation.Run run when !run.mounts().isEmpty() -> throw unsupported(step, "--mount");
      case Operation.Run run when run.network() != Instruction.Network.DEFAULT ->
          throw unsupported(step, "--network");
      case Operation.Copy copy when copy.parents() -> throw unsupported(step, "--parents");
      case Operation.Copy copy when !copy.placement().excludes().isEmpty() ->
          throw unsupported(step, "--exclude");
      case Operation.Run run -> {
        StepInputs inputs =
            new StepInputs(
                state.key(),
                step.canonical()
                    + " in "
                    + run.environment().workdir()
                    + " as "
                    + run.environment().user(),
                run.environment().keyed(),
                Map.of());
        yield layer(slot, step, state, inputs, layers -> runStep.run(context, step, run, layers));
      }
      case Operation.MakeDirectory directory -> {
        StepInputs inputs =
            new StepInputs(
                state.key(), step.canonical() + " as " + directory.user(), Map.of(), Map.of());
        Work work =
            layers ->
                new RunStep.Changes(
                    DirectoryStep.execute(context, step, parts.layers(), layers), 0);
        yield layer(slot, step, state, inputs, work);
      }
      case Operation.Copy copy -> copy(slot, step, state, copy);
    };
  }

  private BuildFailedException unsupported(PlannedStep step, String what) {
    return context.failed(
        step.at(), ReasonCode.UNSUPPORTED_INSTRUCTION, what + " is not supported", null);
  }

  /** The same place in the same Dockerfile of the same image, whatever its content. */
  private String slot(PlannedStage stage, PlannedStep step) {
    var spec = context.job().spec();
    String image = spec.tags().isEmpty() ? "" : spec.tags().getFirst().replaceFirst(":[^/:]*$", "");
    int index = step.number() - stage.steps().getFirst().number();
    return String.join("\n", image, spec.dockerfile(), stage.label(), Integer.toString(index));
  }

  private Result configure(String slot, PlannedStep step, StageState state)
      throws SQLException, IOException {
    StepInputs inputs =
        new StepInputs(state.key(), "settings " + step.canonical(), Map.of(), Map.of());
    boolean begins = step.operation() instanceof Operation.Begin;
    return switch (lookup.ask(slot, inputs)) {
      case StepLookup.Answer.Hit hit ->
          new Result(begins ? state : done(state, step, hit.entry()), null);
      case StepLookup.Answer.Miss miss -> {
        CacheEntry entry = new CacheEntry(state.key(), Optional.empty(), now());
        lookup.remember(inputs, entry);
        yield new Result(begins ? state : done(state, step, entry), miss.reason());
      }
    };
  }

  private static StageState done(StageState state, PlannedStep step, CacheEntry entry) {
    Optional<StageLayer> layer = entry.layer().map(StageLayer.Stored::new);
    return state.with(entry.chain(), new StageState.Done(step.at(), entry.createdAt(), layer));
  }

  private Result layer(
      String slot, PlannedStep step, StageState state, StepInputs inputs, Work work)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    return switch (lookup.ask(slot, inputs)) {
      case StepLookup.Answer.Hit hit -> new Result(done(state, step, hit.entry()), null);
      case StepLookup.Answer.Miss miss ->
          new Result(execute(step, state, List.of(inputs), work), miss.reason());
    };
  }

  /** Does a step and hands its changes to the pipeline; the next step need not wait for that. */
  private StageState execute(PlannedStep step, StageState state, List<StepInputs> inputs, Work work)
      throws BuildFailedException, IOException, InterruptedException {
    context.job().progress().executing();
    RunStep.Changes changes = work.changes(directories(step, state.layers()));
    LayerPipeline.Product product =
        new LayerPipeline.Product(
            changes.directory(), LayerOptions.DEFAULT.withIdBase(changes.idBase()), inputs, now());
    StageLayer layer = pipeline.submit(product);
    return state.with(
        product.chain(), new StageState.Done(step.at(), product.createdAt(), Optional.of(layer)));
  }

  /**
   * A copy from a stage or an image that is as it was need not look at files; else their content
   * decides, so that a stage that was built again to the same files changes nothing here.
   */
  private Result copy(String slot, PlannedStep step, StageState state, Operation.Copy copy)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    Optional<StepInputs> shortcut = shortcut(step, state, copy.from());
    if (shortcut.isPresent()) {
      Optional<CacheEntry> known = lookup.find(shortcut.get());
      if (known.isPresent()) {
        return new Result(done(state, step, known.get()), null);
      }
    }
    List<Path> sources = directories(step, sourceLayers(copy.from()));
    try (CopyStep prepared = CopyStep.open(context, step, parts.layers(), sources)) {
      StepInputs inputs = prepared.inputs(state.key());
      List<StepInputs> names = new ArrayList<>(shortcut.stream().toList());
      names.add(inputs);
      return switch (lookup.ask(slot, inputs)) {
        case StepLookup.Answer.Hit hit -> {
          if (shortcut.isPresent()) {
            lookup.remember(shortcut.get(), hit.entry());
          }
          yield new Result(done(state, step, hit.entry()), null);
        }
        case StepLookup.Answer.Miss miss -> {
          Work work = layers -> new RunStep.Changes(prepared.execute(parts.layers(), layers), 0);
          yield new Result(execute(step, state, names, work), miss.reason());
        }
      };
    }
  }

  private Optional<StepInputs> shortcut(PlannedStep step, StageState state, Origin from) {
    String source =
        switch (from) {
          case Origin.Context _, Origin.Scratch _ -> "";
          case Origin.Earlier earlier -> context.stage(earlier.stage()).key();
          case Origin.Image image -> context.image(image.reference()).key();
        };
    return source.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new StepInputs(state.key(), step.canonical() + " from " + source, Map.of(), Map.of()));
  }

  private List<StageLayer> sourceLayers(Origin from) {
    return switch (from) {
      case Origin.Context _, Origin.Scratch _ -> List.of();
      case Origin.Earlier earlier -> context.stage(earlier.stage()).layers();
      case Origin.Image image -> List.copyOf(context.image(image.reference()).layers());
    };
  }

  private List<Path> directories(PlannedStep step, List<StageLayer> layers)
      throws BuildFailedException {
    List<Path> directories = new ArrayList<>();
    for (StageLayer layer : layers) {
      context.job().cancellation().check();
      switch (layer) {
        case StageLayer.Built built -> directories.add(built.directory());
        case StageLayer.Stored stored -> {
          try {
            directories.add(parts.layers().directory(stored.layer()));
          } catch (IOException e) {
            throw context.failed(
                step.at(),
                ReasonCode.PULL_FAILED,
                "layer "
                    + stored.layer().blob().digest()
                    + " cannot be unpacked: "
                    + e.getMessage(),
                null);
          }
        }
      }
    }
    return directories;
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }
}
