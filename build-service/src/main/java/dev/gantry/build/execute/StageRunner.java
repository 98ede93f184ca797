package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStage;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.events.BuildSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes stages step by step: from the cache where it can, else by doing them. Thread-safe. */
final class StageRunner {
  private static final int TEXT_LENGTH_MAX = 60;

  private final Engine.Parts parts;
  private final StepContext context;
  private final int total;
  private final StepLookup lookup;
  private final LayerPipeline pipeline;
  private final RunStep runStep;
  private final LayerDirectories directories;
  private final AtomicInteger stepsCached = new AtomicInteger();

  StageRunner(Engine.Parts parts, Preparation prepared, StepLookup lookup, LayerPipeline pipeline) {
    this.parts = parts;
    this.context = prepared.context();
    this.total = prepared.plan().stepsTotal();
    this.lookup = lookup;
    this.pipeline = pipeline;
    this.directories = new LayerDirectories(context, parts.layers());
    this.runStep = new RunStep(parts, context);
  }

  int stepsCached() {
    return stepsCached.get();
  }

  /** What a step made of its stage. */
  private record Result(StageState state, @Nullable String cacheMiss) {}

  /** A step, where it stands, and what it begins with. */
  private record Task(
      PlannedStage stage, PlannedStep step, StageState state, StepLookup.Slot slot) {
    /** What anything that changes files here depends on. */
    StepInputs inputs(String instruction, Map<String, String> values) {
      return new StepInputs(state.key(), instruction, values, Map.of());
    }
  }

  /** Does the work of a step that is not in the cache. */
  @FunctionalInterface
  private interface Work {
    RunStep.Changes changes(List<Path> layers)
        throws BuildFailedException, IOException, InterruptedException;
  }

  /** Builds a stage; what it needs of others is waited for. */
  StageState run(PlannedStage stage)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    StageState state = begin(stage);
    for (PlannedStep step : stage.steps()) {
      Job job = context.job();
      job.cancellation().check();
      job.progress().started(stage.label(), step, total);
      job.log().say(step.number(), "[" + step.number() + "/" + total + "] " + step.at().text());
      long begun = System.nanoTime();
      Result result = step(new Task(stage, step, state, slot(stage, step, state)));
      state = news(step, result);
      boolean cached = result.cacheMiss() == null;
      stepsCached.addAndGet(cached ? 1 : 0);
      long millis = (System.nanoTime() - begun) / 1_000_000;
      job.log()
          .say(
              step.number(),
              cached ? "cached" : "done in " + millis + " ms (" + result.cacheMiss() + ")");
      job.progress()
          .finished(
              stage.label(), step, total, new Progress.Finish(cached, result.cacheMiss(), millis));
    }
    return state;
  }

  /** What follows a step that changes files, or the base, will be asked why it changed. */
  private static StageState news(PlannedStep step, Result result) {
    if (result.cacheMiss() == null || step.operation() instanceof Operation.Configure) {
      return result.state();
    }
    String text = step.at().text().lines().findFirst().orElse("");
    String shown =
        text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX) + "…";
    return result
        .state()
        .changedBy("step " + step.number() + " (" + shown + "): " + result.cacheMiss());
  }

  /** The same place in the same Dockerfile of the same image, whatever its content. */
  private StepLookup.Slot slot(PlannedStage stage, PlannedStep step, StageState state) {
    BuildSpec spec = context.job().spec();
    String image = spec.tags().isEmpty() ? "" : spec.tags().getFirst().replaceFirst(":[^/:]*$", "");
    int index = step.number() - stage.steps().getFirst().number();
    String name =
        String.join("\n", image, spec.dockerfile(), stage.label(), Integer.toString(index));
    boolean useCache =
        !spec.noCache()
            && spec.cache().except().stream().noneMatch(stage.label()::equalsIgnoreCase);
    return new StepLookup.Slot(name, useCache, state.news());
  }

  private StageState begin(PlannedStage stage) {
    return switch (stage.base()) {
      case Origin.Scratch _, Origin.Context _ -> StageState.scratch();
      case Origin.Earlier earlier -> context.stage(earlier.stage());
      case Origin.Image image -> StageState.of(context.image(image.reference()));
    };
  }

  private Result step(Task task)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    PlannedStep step = task.step();
    return switch (step.operation()) {
      case Operation.Begin begin -> begin(task, begin);
      case Operation.Configure _ -> configure(task, task.inputs(step.canonical(), Map.of()));
      case Operation.Add _ -> copy(task, new Origin.Context());
      case Operation.Run run -> run(task, run);
      case Operation.MakeDirectory directory -> {
        StepInputs inputs =
            task.inputs(step.canonical() + " as " + directory.user(), context.style().values());
        Work work = layers -> copied(DirectoryStep.execute(context, step, parts.layers(), layers));
        yield layer(task, List.of(inputs), work);
      }
      case Operation.Copy copy -> copy(task, copy.from());
    };
  }

  private RunStep.Changes copied(Path directory) {
    return new RunStep.Changes(directory, context.style().copied(), Instant.EPOCH);
  }

  /** A base that has the same files with other settings is another base. */
  private Result begin(Task task, Operation.Begin begin) throws SQLException, IOException {
    Map<String, String> values = new TreeMap<>();
    if (begin.base() instanceof Origin.Image(String reference)) {
      values.put("base " + reference, context.image(reference).digest().toString());
    }
    StepInputs inputs = task.inputs(task.step().canonical(), values);
    Result configured = configure(task, inputs);
    return new Result(task.state(), configured.cacheMiss());
  }

  private Result configure(Task task, StepInputs inputs) throws SQLException, IOException {
    return switch (lookup.ask(task.slot(), inputs)) {
      case StepLookup.Answer.Hit hit -> new Result(done(task, hit.entry()), null);
      case StepLookup.Answer.Miss miss -> {
        Instant created = context.style().created(task.state().time());
        CacheEntry entry = new CacheEntry(task.state().key(), Optional.empty(), created);
        lookup.remember(inputs, entry);
        lookup.place(task.slot(), inputs, entry);
        yield new Result(done(task, entry), miss.reason());
      }
    };
  }

  private static StageState done(Task task, CacheEntry entry) {
    Optional<StageLayer> layer = entry.layer().map(StageLayer.Stored::new);
    return task.state()
        .with(entry.chain(), new StageState.Done(task.step().at(), entry.createdAt(), layer));
  }

  private Result run(Task task, Operation.Run run)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    RunInputs inputs = new RunInputs(context, task.stage(), task.state().key());
    Optional<StepInputs> shortcut = inputs.ofSources(task.step(), run);
    Optional<Result> known = known(task, shortcut);
    if (known.isPresent()) {
      return known.get();
    }
    try (MountOrigins origins = new MountOrigins(context, directories, task.step())) {
      List<StepInputs> all = new ArrayList<>(shortcut.stream().toList());
      all.add(inputs.ofContent(task.step(), run, origins));
      RunStep.Place place =
          new RunStep.Place(task.step(), inputs.network(run), task.state().time());
      return layer(task, all, layers -> runStep.run(place, layers, origins));
    }
  }

  /** By what it was made from, so that no file need be looked at. */
  private Optional<Result> known(Task task, Optional<StepInputs> shortcut)
      throws SQLException, IOException {
    if (shortcut.isEmpty()) {
      return Optional.empty();
    }
    return lookup
        .find(task.slot(), shortcut.get())
        .map(entry -> new Result(done(task, entry), null));
  }

  /** The last inputs name the result. */
  private Result layer(Task task, List<StepInputs> inputs, Work work)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    return switch (lookup.ask(task.slot(), inputs.getLast())) {
      case StepLookup.Answer.Hit hit -> {
        for (StepInputs other : inputs.subList(0, inputs.size() - 1)) {
          lookup.remember(other, hit.entry());
        }
        yield new Result(done(task, hit.entry()), null);
      }
      case StepLookup.Answer.Miss miss -> new Result(execute(task, inputs, work), miss.reason());
    };
  }

  /** Does a step and hands its changes to the pipeline; the next step need not wait for that. */
  private StageState execute(Task task, List<StepInputs> inputs, Work work)
      throws BuildFailedException, IOException, InterruptedException {
    context.job().progress().executing();
    RunStep.Changes changes = work.changes(directories.of(task.step(), task.state().layers()));
    Instant created = context.style().created(later(task.state().time(), changes.newest()));
    LayerPipeline.Product product =
        new LayerPipeline.Product(
            task.slot(), changes.directory(), changes.options(), inputs, created);
    StageLayer layer = pipeline.submit(product);
    return task.state()
        .with(product.chain(), new StageState.Done(task.step().at(), created, Optional.of(layer)));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /**
   * A copy from a stage or an image that is as it was need not look at files; else their content
   * decides, so that a stage that was built again to the same files changes nothing here.
   */
  private Result copy(Task task, Origin from)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    Optional<StepInputs> shortcut = shortcut(task, from);
    Optional<Result> known = known(task, shortcut);
    if (known.isPresent()) {
      return known.get();
    }
    List<Path> sources = directories.of(task.step(), from);
    try (CopyStep prepared = CopyStep.open(parts, context, task.step(), sources)) {
      List<StepInputs> inputs = new ArrayList<>(shortcut.stream().toList());
      inputs.add(styled(prepared.inputs(task.state().key())));
      return layer(
          task,
          inputs,
          layers -> {
            Path changes = prepared.execute(parts.layers(), layers);
            return new RunStep.Changes(changes, context.style().copied(), NewestTime.in(changes));
          });
    }
  }

  private StepInputs styled(StepInputs inputs) {
    Map<String, String> values = new TreeMap<>(inputs.values());
    values.putAll(context.style().values());
    return new StepInputs(inputs.parent(), inputs.instruction(), values, inputs.sources());
  }

  private Optional<StepInputs> shortcut(Task task, Origin from) {
    String source =
        switch (from) {
          case Origin.Context _, Origin.Scratch _ -> "";
          case Origin.Earlier earlier -> context.stage(earlier.stage()).key();
          case Origin.Image image -> context.image(image.reference()).key();
        };
    return source.isEmpty()
        ? Optional.empty()
        : Optional.of(
            task.inputs(task.step().canonical() + " from " + source, context.style().values()));
  }
}
