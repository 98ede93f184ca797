package dev.gantry.build.execute;

import dev.gantry.build.dockerfile.Instruction;
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
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  private final Engine.Parts parts;
  private final Sandboxes sandboxes;
  private final LayerStore store;
  private final StepContext context;

  RunStep(Engine.Parts parts, StepContext context) {
    this.parts = parts;
    this.sandboxes = parts.sandboxes();
    this.store = parts.layers();
    this.context = context;
  }

  /**
   * What runs, and where.
   *
   * @param network what the Dockerfile and the request together say
   * @param newest the time of the newest thing that went into the layers
   */
  record Place(PlannedStep step, Instruction.Network network, Instant newest) {}

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
   * @param layers in which it runs
   */
  Changes run(Place place, List<Path> layers, MountOrigins origins)
      throws BuildFailedException, IOException, InterruptedException {
    PlannedStep step = place.step();
    String id = context.job().name() + "-" + step.number();
    try {
      StepMounts.Tools tools = new StepMounts.Tools(parts, context, origins, sandboxes.memory(id));
      try (StepMounts mounts = StepMounts.open(tools, step, layers)) {
        Sandbox sandbox = start(step, request(id, place, mounts));
        await(step, sandbox, mounts);
        return take(sandbox, mounts, layers, place.newest());
      }
    } catch (DiskUse.ExceededException e) {
      throw overfull(step);
    } finally {
      remove(id);
    }
  }

  private Sandboxes.Request request(String id, Place place, StepMounts mounts)
      throws BuildFailedException {
    Operation.Run run = (Operation.Run) place.step().operation();
    return new Sandboxes.Request(
        id,
        new SandboxSpec.Root(mounts.layers(), false, mounts.mounts()),
        process(run, mounts),
        context.allowance().ofStep(),
        attachment(place),
        hosts());
  }

  private Sandboxes.Attachment attachment(Place place) throws BuildFailedException {
    Instruction.Network network = place.network();
    if (network == Instruction.Network.HOST && !context.allowance().hostNetwork()) {
      throw context.failed(
          place.step().at(),
          ReasonCode.FORBIDDEN,
          "--network=host is not permitted on this host (gantry.allow.host-network)",
          null);
    }
    return switch (network) {
      case DEFAULT -> Sandboxes.Attachment.BRIDGE;
      case NONE -> Sandboxes.Attachment.NONE;
      case HOST -> Sandboxes.Attachment.HOST;
    };
  }

  private Map<String, InetAddress> hosts() throws BuildFailedException {
    Map<String, InetAddress> hosts = new LinkedHashMap<>();
    for (Map.Entry<String, String> host :
        context.job().spec().execution().extraHosts().entrySet()) {
      try {
        hosts.put(host.getKey(), InetAddress.ofLiteral(host.getValue()));
      } catch (IllegalArgumentException e) {
        throw BuildFailedException.because(
            ReasonCode.INVALID_FIELD,
            "extraHosts: " + host.getKey() + " has \"" + host.getValue() + "\", not an address");
      }
    }
    return hosts;
  }

  private static SandboxSpec.Process process(Operation.Run run, StepMounts mounts) {
    Map<String, String> env = new LinkedHashMap<>(run.environment().env());
    env.putAll(mounts.env());
    return SandboxSpec.Process.draft(run.argv(), HOSTNAME)
        .env(env.entrySet().stream().map(RunStep::pair).toList())
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

  private void await(PlannedStep step, Sandbox sandbox, StepMounts mounts)
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
    List<Path> written = new ArrayList<>(List.of(sandbox.upper()));
    written.addAll(mounts.caches());
    try (DiskUse.Watch watch = context.disk().watch(written, kill)) {
      new Output(context.job().log(), step.number(), mounts.secrets())
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

  private Changes take(Sandbox sandbox, StepMounts mounts, List<Path> layers, Instant before)
      throws IOException {
    int idBase = 0;
    if (!sandboxes.idsAreImages()) {
      try (DirFd upper = DirFd.open(sandbox.upper())) {
        idBase = upper.stat("").uid();
      }
    }
    MountStubs.remove(sandbox.upper(), layers, mounts.missing());
    Path taken = store.reserve();
    Files.move(sandbox.upper(), taken, StandardCopyOption.ATOMIC_MOVE);
    Instant newest = mounts.newest().isAfter(before) ? mounts.newest() : before;
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
