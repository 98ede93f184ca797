package dev.gantry.run.lifecycle;

import dev.gantry.events.Health;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.network.PublishedPort;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.isolation.sandbox.SandboxException;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.run.network.Attachment;
import dev.gantry.run.placement.Placement;
import dev.gantry.run.process.ProcessRules;
import dev.gantry.run.pull.Fetched;
import dev.gantry.run.pull.Images;
import dev.gantry.run.pull.Located;
import dev.gantry.run.pull.PulledImage;
import dev.gantry.run.resource.LimitRules;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of a run from its request to its process. Each step begins where the state says that the
 * one before ended, so that a start can go on after a crash. All methods only on the run's turn.
 */
final class Starting {
  private static final Logger LOG = Logger.getLogger(Starting.class);

  private final Machine machine;
  private final Chronicle chronicle;
  private final Runs runs;
  private final Closing closing;
  private final RunStorage storage;
  private final Attending attending;
  private final Function<Resources, Placement.Decision> placement;

  /** What runs are made with, and whether this host takes one. */
  record Place(Machine machine, Function<Resources, Placement.Decision> placement) {}

  Starting(Place place, Chronicle chronicle, Runs runs, Closing closing, Attending attending) {
    this.machine = place.machine();
    this.placement = place.placement();
    this.chronicle = chronicle;
    this.runs = runs;
    this.closing = closing;
    this.storage = new RunStorage(machine, closing);
    this.attending = attending;
  }

  /** Takes the steps that are left. A run that runs or is over is left alone. */
  void advance(Run run) {
    switch (run.order().spec()) {
      case Parsed.Invalid<RunSpec>(String field, ReasonCode reason, String message) -> {
        if (run.view().state() instanceof RunLifecycle.Requested) {
          closing.reject(run, reason, message, field);
        }
      }
      case Parsed.Valid<RunSpec>(RunSpec spec) -> advance(run, spec);
    }
  }

  private void advance(Run run, RunSpec spec) {
    switch (run.view().state()) {
      case RunLifecycle.Requested _ -> {
        chronicle.record(run, new RunEvent.Accepted(chronicle.about(run), spec.labels(), null));
        place(run, spec);
      }
      case RunLifecycle.Accepted _ -> place(run, spec);
      case RunLifecycle.Placed _,
          RunLifecycle.Pulling _,
          RunLifecycle.Created _,
          RunLifecycle.Restarting _ ->
          fetch(run, spec);
      case RunLifecycle.Running _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Rejected _,
          RunLifecycle.Lost _,
          RunLifecycle.Removed _ -> {}
    }
  }

  private void place(Run run, RunSpec spec) {
    String name = spec.name();
    if (name != null && !runs.claimName(name, run.id())) {
      String holder = runs.holder(name).map(Object::toString).orElse("another run");
      closing.reject(run, ReasonCode.NAME_TAKEN, name + " is the name of run " + holder, "name");
      return;
    }
    switch (placement.apply(spec.resources())) {
      case Placement.Decision.Nowhere(ReasonCode reason, String message) ->
          closing.reject(run, reason, message, null);
      case Placement.Decision.On _ -> {
        chronicle.record(run, new RunEvent.Placed(chronicle.about(run)));
        fetch(run, spec);
      }
    }
  }

  private void fetch(Run run, RunSpec spec) {
    switch (LimitRules.limits(spec.resources(), machine.sandboxes())) {
      case Parsed.Invalid<CgroupLimits>(String field, ReasonCode reason, String message) ->
          closing.reject(run, reason, message, field);
      case Parsed.Valid<CgroupLimits>(CgroupLimits limits) -> fetch(run, spec, limits);
    }
  }

  private void fetch(Run run, RunSpec spec, CgroupLimits limits) {
    if (!connected(run, spec)) {
      return;
    }
    var _ =
        located(run, spec)
            .thenCompose(
                located ->
                    switch (located) {
                      case Located.At(String digest) ->
                          machine
                              .images()
                              .fetch(
                                  new Images.Wanted(
                                      run.key(), spec.image(), digest, spec.pullPolicy()),
                                  (found, layers) -> run.turn(() -> pulling(run, found, layers)));
                      case Located.Nowhere(Fetched.Failed why) ->
                          CompletableFuture.<Fetched>completedFuture(why);
                    })
            .thenAccept(fetched -> run.turn(() -> fetched(run, spec, fetched)));
    if (!(run.view().state() instanceof RunLifecycle.Restarting)) {
      prepareAhead(run, limits);
    }
  }

  /** While the registry answers. What fails here fails again, and is told, at the launch. */
  private void prepareAhead(Run run, CgroupLimits limits) {
    try {
      machine.sandboxes().prepare(run.key(), limits);
    } catch (IOException | IllegalArgumentException e) {
      LOG.debugf("run %s is not prepared ahead: %s", run.id(), e.getMessage());
    }
  }

  private CompletableFuture<Located> located(Run run, RunSpec spec) {
    String known = run.view().digest();
    if (known != null) {
      return CompletableFuture.completedFuture(new Located.At(known));
    }
    return Objects.requireNonNullElseGet(
        run.image, () -> machine.images().lookUp(spec.image(), spec.pullPolicy()));
  }

  private void pulling(Run run, String digest, int layers) {
    if (run.view().state() instanceof RunLifecycle.Placed && !run.ending) {
      chronicle.record(run, new RunEvent.Pulling(chronicle.about(run, digest), layers));
    }
  }

  private void fetched(Run run, RunSpec spec, Fetched fetched) {
    if (run.over()) {
      storage.release(run);
      return; // Stopped in the meantime.
    }
    switch (fetched) {
      case Fetched.Failed(ReasonCode reason, String message) ->
          closing.reject(run, reason, message, "image");
      case Fetched.Ready(PulledImage image) -> prepare(run, spec, image);
    }
  }

  private void prepare(Run run, RunSpec spec, PulledImage image) {
    switch (ProcessRules.merge(image.config(), spec, run.id(), machine.permissions())) {
      case Parsed.Invalid<SandboxSpec.Process>(String field, ReasonCode reason, String message) ->
          closing.reject(run, reason, message, field);
      case Parsed.Valid<SandboxSpec.Process>(SandboxSpec.Process process) ->
          storage.mount(run, spec, image, () -> launch(run, spec, image, process));
    }
  }

  /** While the registry answers: addresses and ports do not depend on the image. */
  private boolean connected(Run run, RunSpec spec) {
    try {
      switch (machine.network().attach(run.key(), spec)) {
        case Attachment.Attached attached -> {
          run.attached = attached;
          return true;
        }
        case Attachment.Refused(ReasonCode reason, String message, String field) ->
            closing.reject(run, reason, message, field);
      }
    } catch (IOException e) {
      closing.reject(run, ReasonCode.START_FAILED, "network: " + e.getMessage(), null);
    }
    return false;
  }

  private void launch(Run run, RunSpec spec, PulledImage image, SandboxSpec.Process process) {
    Attachment.Attached attached = Objects.requireNonNull(run.attached, "connected before");
    boolean again = run.view().state() instanceof RunLifecycle.Restarting;
    if (!again && !(run.view().state() instanceof RunLifecycle.Created)) {
      chronicle.record(
          run,
          new RunEvent.Created(
              chronicle.about(run, image.digest()),
              attached.address().orElse(null),
              attached.ports().stream().map(Starting::port).toList()));
    }
    ImageWord.of(image, run);
    try {
      machine.network().settleNames();
      SandboxSpec wanted = sandbox(run, spec, image, process);
      publish(
          run, again ? machine.sandboxes().relaunch(wanted) : machine.sandboxes().launch(wanted));
    } catch (SandboxException e) {
      LOG.warnf("run %s cannot be started: %s", run.id(), e.getMessage());
      closing.reject(run, ReasonCode.START_FAILED, String.valueOf(e.getMessage()), null);
    } catch (IOException e) {
      closing.reject(run, ReasonCode.START_FAILED, "names: " + e.getMessage(), null);
    } catch (IllegalArgumentException e) {
      closing.reject(run, ReasonCode.INVALID_FIELD, String.valueOf(e.getMessage()), null);
    }
  }

  /** Only now has the sandbox its interface. What goes wrong kills it: the run has not started. */
  private void publish(Run run, Sandbox sandbox) {
    try {
      Optional<String> taken = machine.network().publish(run.key());
      if (taken.isPresent()) {
        abandon(run, sandbox, ReasonCode.PORT_TAKEN, taken.get());
      } else {
        started(run, sandbox);
      }
    } catch (IOException e) {
      abandon(run, sandbox, ReasonCode.START_FAILED, "network: " + e.getMessage());
    }
  }

  private void abandon(Run run, Sandbox sandbox, ReasonCode reason, String message) {
    if (!(run.view().state() instanceof RunLifecycle.Restarting)) {
      closing.reject(run, reason, message, reason == ReasonCode.PORT_TAKEN ? "publish" : null);
      return;
    }
    try {
      sandbox.kill();
    } catch (IOException e) {
      LOG.warnf("run %s cannot be killed: %s", run.id(), e.getMessage());
    }
    var _ =
        sandbox
            .exit()
            .thenAccept(_ -> run.turn(() -> closing.reject(run, reason, message, "publish")));
  }

  /**
   * The command is executing, or was found not to be executable; its end is watched from now on.
   */
  void started(Run run, Sandbox sandbox) {
    boolean failed =
        sandbox.exit().isDone()
            && !sandbox.exit().isCompletedExceptionally()
            && End.notExecuted(sandbox.exit().join());
    if (!failed) {
      switch (run.view().state()) {
        case RunLifecycle.Created created ->
            tellStart(run, sandbox, created.address(), created.ports());
        case RunLifecycle.Restarting waiting ->
            tellStart(run, sandbox, waiting.address(), waiting.ports());
        case RunLifecycle.Requested _,
            RunLifecycle.Accepted _,
            RunLifecycle.Placed _,
            RunLifecycle.Pulling _,
            RunLifecycle.Running _,
            RunLifecycle.Exited _,
            RunLifecycle.Stopped _,
            RunLifecycle.Rejected _,
            RunLifecycle.Lost _,
            RunLifecycle.Removed _ -> {}
      }
    }
    attending.attend(run, sandbox);
  }

  private void tellStart(
      Run run, Sandbox sandbox, @Nullable String address, List<RunEvent.Port> ports) {
    chronicle.record(
        run,
        new RunEvent.Started(
            chronicle.about(run),
            sandbox.pid(),
            sandbox.startedAt(),
            address,
            ports,
            run.check == null ? null : Health.STARTING));
    Duration taken = Duration.between(run.order().cause().time(), sandbox.startedAt());
    LOG.debugf("run %s took %d ms from its request", run.id(), taken.toMillis());
  }

  private SandboxSpec sandbox(
      Run run, RunSpec spec, PulledImage image, SandboxSpec.Process process) {
    return new SandboxSpec(
        run.key(),
        machine.directory(run.key()),
        new SandboxSpec.Root(
            image.layers(),
            spec.security().readOnlyRootfs(),
            run.mounts,
            Objects.requireNonNullElse(spec.resources().shmBytes(), Resources.SHM_BYTES_DEFAULT)),
        process,
        limits(run.view().resources()),
        Objects.requireNonNull(run.attached).network(),
        machine.log());
  }

  private CgroupLimits limits(Resources wanted) {
    return switch (LimitRules.limits(wanted, machine.sandboxes())) {
      case Parsed.Valid<CgroupLimits>(CgroupLimits limits) -> limits;
      case Parsed.Invalid<CgroupLimits> changed -> // since it was placed: a device is gone
          throw new IllegalArgumentException(changed.field() + " " + changed.message());
    };
  }

  private static RunEvent.Port port(PublishedPort port) {
    return new RunEvent.Port(
        port.hostAddress().getHostAddress(),
        port.hostPort(),
        port.containerPort(),
        dev.gantry.events.Protocol.valueOf(port.protocol().text().toUpperCase(Locale.ROOT)));
  }
}
