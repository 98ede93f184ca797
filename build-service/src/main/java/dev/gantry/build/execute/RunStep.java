package dev.gantry.build.execute;

import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.sandbox.ExitRecord;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.layer.LayerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Executes RUN: a process in a sandbox, whose changes of files become a layer. */
final class RunStep {
  /** The same on every host, since a process can see it. */
  private static final String HOSTNAME = "gantry-build";

  private static final System.Logger LOG = System.getLogger(RunStep.class.getName());

  private final Sandboxes sandboxes;
  private final LayerStore store;
  private final StepContext context;

  RunStep(Engine.Parts parts, StepContext context) {
    this.sandboxes = parts.sandboxes();
    this.store = parts.layers();
    this.context = context;
  }

  /**
   * What a step changed.
   *
   * @param directory of the layer store
   * @param options how it becomes a layer
   * @param newest the time of the newest thing that went into it
   */
  record Changes(Path directory, LayerOptions options, Instant newest) {}

  /**
   * Runs to the end; the changes are the caller's. Nothing else is left, however it ends.
   *
   * @param newest the time of the newest thing that went into the layers
   */
  Changes run(PlannedStep step, Operation.Run run, List<Path> layers, Instant newest)
      throws BuildFailedException, IOException, InterruptedException {
    String id = context.job().name() + "-" + step.number();
    try {
      Sandbox sandbox = start(step, request(id, layers, run));
      await(step, sandbox);
      return take(sandbox, layers, newest);
    } finally {
      remove(id);
    }
  }

  private Sandboxes.Request request(String id, List<Path> layers, Operation.Run run) {
    return new Sandboxes.Request(
        id, SandboxSpec.Root.of(layers), process(run), context.allowance().ofStep());
  }

  private static SandboxSpec.Process process(Operation.Run run) {
    List<String> env = run.environment().env().entrySet().stream().map(RunStep::pair).toList();
    return SandboxSpec.Process.draft(run.argv(), HOSTNAME)
        .env(env)
        .workdir(run.environment().workdir())
        .user(run.environment().user())
        .build();
  }

  private static String pair(Map.Entry<String, String> variable) {
    return variable.getKey() + "=" + variable.getValue();
  }

  private Sandbox start(PlannedStep step, Sandboxes.Request request) throws BuildFailedException {
    try {
      return sandboxes.start(request);
    } catch (IOException e) {
      throw context.failed(
          step.at(), ReasonCode.START_FAILED, "cannot be started: " + e.getMessage(), null);
    }
  }

  private void await(PlannedStep step, Sandbox sandbox)
      throws BuildFailedException, IOException, InterruptedException {
    CompletableFuture<ExitRecord> exit = sandbox.exit();
    Duration patience = context.allowance().stepPatience();
    Runnable kill = () -> kill(sandbox);
    context.job().cancellation().listen(kill);
    CompletableFuture<Boolean> timedOut =
        exit.copy()
            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .handle((record, problem) -> killedAfter(problem, kill));
    boolean tooMuch;
    try (DiskUse.Watch watch = context.disk().watch(sandbox.upper(), kill)) {
      new Output(context.job().log(), step.number())
          .follow(sandbox.directory().resolve("log"), exit);
      tooMuch = watch.tooMuch();
    } finally {
      context.job().cancellation().forget(kill);
    }
    context.job().cancellation().check();
    if (timedOut.join()) {
      throw context.failed(step.at(), ReasonCode.TIMEOUT, "took longer than " + patience, null);
    }
    if (tooMuch) {
      throw overfull(step);
    }
    judge(step, exit);
  }

  private static boolean killedAfter(@Nullable Throwable problem, Runnable kill) {
    if (problem != null) {
      kill.run();
    }
    return problem != null;
  }

  private BuildFailedException overfull(PlannedStep step) {
    return context.failed(
        step.at(),
        ReasonCode.STORAGE_FULL,
        "the build has written more than " + context.disk().bytesMax() + " bytes",
        null);
  }

  private static void kill(Sandbox sandbox) {
    try {
      sandbox.kill();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "sandbox " + sandbox.id() + " cannot be killed", e);
    }
  }

  private void judge(PlannedStep step, CompletableFuture<ExitRecord> exit)
      throws BuildFailedException, IOException {
    ExitRecord record;
    try {
      record = exit.join();
    } catch (CompletionException e) {
      throw new IOException("the end of a step is not known", e);
    }
    if (record.code() != 0 || record.failure().isPresent()) {
      throw context.failed(
          step.at(),
          record.oomKilled() ? ReasonCode.OOM_KILLED : ReasonCode.STEP_FAILED,
          describe(record),
          record.code());
    }
  }

  private static String describe(ExitRecord record) {
    if (record.failure().isPresent()) {
      ExitRecord.Failure failure = record.failure().get();
      return "the command cannot be executed: "
          + failure.detail()
          + " (exit code "
          + record.code()
          + ")";
    }
    String memory = record.oomKilled() ? ", out of memory" : "";
    return "the command failed with exit code " + record.code() + memory;
  }

  private Changes take(Sandbox sandbox, List<Path> layers, Instant newest) throws IOException {
    int idBase = 0;
    if (!sandboxes.idsAreImages()) {
      try (DirFd upper = DirFd.open(sandbox.upper())) {
        idBase = upper.stat("").uid();
      }
    }
    MountStubs.remove(sandbox.upper(), layers);
    Path taken = store.reserve();
    Files.move(sandbox.upper(), taken, StandardCopyOption.ATOMIC_MOVE);
    LayerStyle style = context.style();
    return new Changes(taken, style.made(style.created(newest)).withIdBase(idBase), newest);
  }

  private void remove(String id) {
    try {
      sandboxes.remove(id);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "sandbox " + id + " is left until the next start", e);
    }
  }
}
