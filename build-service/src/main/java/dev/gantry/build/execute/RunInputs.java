package dev.gantry.build.execute;

import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStage;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.build.plan.RunMount;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the result of a RUN depends on: its text, the variables that it sees, and the files that are
 * mounted; of secrets the ids alone, of caches nothing that is in them.
 */
record RunInputs(StepContext context, PlannedStage stage, String parent) {

  /**
   * With the stages and images that files come from in place of the files; empty where none do, or
   * where the context is mounted, too.
   */
  Optional<StepInputs> ofSources(PlannedStep step, Operation.Run run) {
    Map<String, String> values = values(run);
    boolean any = false;
    for (RunMount mount : run.mounts()) {
      if (mount instanceof RunMount.Bind bind) {
        switch (bind.from()) {
          case Origin.Context _ -> {
            return Optional.empty();
          }
          case Origin.Scratch _ -> {}
          case Origin.Earlier(int index) -> {
            values.put("mount " + bind.target(), context.stage(index).key());
            any = true;
          }
          case Origin.Image(String reference) -> {
            values.put("mount " + bind.target(), context.image(reference).key());
            any = true;
          }
        }
      }
    }
    return any
        ? Optional.of(new StepInputs(parent, text(step, run), values, Map.of()))
        : Optional.empty();
  }

  /** With all files that are mounted. */
  StepInputs ofContent(PlannedStep step, Operation.Run run, MountOrigins origins)
      throws BuildFailedException, IOException {
    Map<String, String> sources = new TreeMap<>();
    for (RunMount mount : run.mounts()) {
      if (mount instanceof RunMount.Bind bind) {
        sources.putAll(origins.content(bind));
      }
    }
    return new StepInputs(parent, text(step, run), values(run), sources);
  }

  /** What the Dockerfile says, else the request. */
  Instruction.Network network(Operation.Run run) {
    String wanted = context.job().spec().execution().network();
    return run.network() == Instruction.Network.DEFAULT && wanted != null
        ? Instruction.Network.valueOf(wanted.toUpperCase(Locale.ROOT))
        : run.network();
  }

  private Map<String, String> values(Operation.Run run) {
    Map<String, String> values = new TreeMap<>(context.style().values());
    Map<String, String> env = stage.settings().env();
    run.environment()
        .keyed()
        .forEach(
            (name, value) -> values.put((env.containsKey(name) ? "ENV " : "ARG ") + name, value));
    values.put("WORKDIR", run.environment().workdir());
    values.put("USER", run.environment().user());
    values.put("network", network(run).name().toLowerCase(Locale.ROOT));
    return values;
  }

  private static String text(PlannedStep step, Operation.Run run) {
    StringBuilder text = new StringBuilder(step.canonical());
    if (run.argv().stream().anyMatch(word -> word.contains(", "))) {
      // Else a word with a comma in it could be taken for two.
      run.argv().forEach(word -> text.append(' ').append(word.length()).append(':').append(word));
    }
    if (!run.mounts().isEmpty()) {
      text.append(" with ").append(run.mounts());
    }
    if (run.script() != null) {
      text.append(' ').append(run.script().content());
    }
    return text.toString();
  }
}
