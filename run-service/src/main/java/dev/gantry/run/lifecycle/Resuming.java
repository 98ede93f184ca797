package dev.gantry.run.lifecycle;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunLifecycle;
import dev.gantry.isolation.sandbox.ExitRecord;
import dev.gantry.isolation.sandbox.Sandbox;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Goes on with runs where their journal says, after whatever happened to the service. */
final class Resuming {
  private static final Logger LOG = Logger.getLogger(Resuming.class);

  private final Machine machine;
  private final Parts parts;
  private final ScheduledExecutorService timer;

  /** Who goes on with them. */
  record Parts(
      Starting starting,
      Closing closing,
      Stopping stopping,
      Restarts restarts,
      Commanding commanding,
      Discarding discarding) {}

  Resuming(Machine machine, Parts parts, ScheduledExecutorService timer) {
    this.machine = machine;
    this.parts = parts;
    this.timer = timer;
  }

  /** Only on the run's turn. */
  void resume(Run run) {
    switch (run.view().state()) {
      case RunLifecycle.Requested _,
          RunLifecycle.Accepted _,
          RunLifecycle.Placed _,
          RunLifecycle.Pulling _ ->
          begin(run);
      case RunLifecycle.Created _, RunLifecycle.Running _, RunLifecycle.Restarting _ -> adopt(run);
      case RunLifecycle.Exited _, RunLifecycle.Stopped _, RunLifecycle.Lost _ ->
          parts.closing().settle(run);
      case RunLifecycle.Rejected _, RunLifecycle.Removed _ -> {}
    }
  }

  private void begin(Run run) {
    if (run.stop != null || run.remove != null) {
      parts.closing().reject(run, ReasonCode.CANCELLED, "stopped before it started", null);
    } else {
      parts.starting().advance(run);
    }
    parts.commanding().resume(run);
  }

  /** Looks for the run on the host: a sandbox that is just starting is waited for. */
  private void adopt(Run run) {
    run.adopting = true;
    Thread.startVirtualThread(
        () -> {
          try {
            Optional<Sandbox> sandbox = machine.sandboxes().adopt(machine.directory(run.key()));
            run.turn(() -> found(run, sandbox));
          } catch (IOException | RuntimeException e) {
            LOG.warnf("run %s cannot be looked at yet: %s", run.id(), e);
            var _ = timer.schedule(() -> run.turn(() -> adopt(run)), 1, TimeUnit.SECONDS);
          }
        });
  }

  private void found(Run run, Optional<Sandbox> sandbox) {
    run.adopting = false;
    ImageWord.recall(run, machine.images());
    switch (run.view().state()) {
      case RunLifecycle.Created _ ->
          sandbox.ifPresentOrElse(found -> started(run, found), () -> beginAnew(run));
      case RunLifecycle.Running running ->
          sandbox.ifPresentOrElse(
              found -> started(run, found),
              () -> parts.restarts().vanished(run, running.startedAt()));
      case RunLifecycle.Restarting waiting ->
          sandbox
              .filter(found -> !isOf(found, waiting))
              .ifPresentOrElse(found -> started(run, found), () -> await(run, waiting));
      case RunLifecycle.Requested _,
          RunLifecycle.Accepted _,
          RunLifecycle.Placed _,
          RunLifecycle.Pulling _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Lost _,
          RunLifecycle.Rejected _,
          RunLifecycle.Removed _ ->
          throw new IllegalStateException("nothing moves a run that is looked for");
    }
    parts.commanding().resume(run);
  }

  /** What it left of an attempt to start goes first. */
  private void beginAnew(Run run) {
    run.adopting = true;
    parts
        .discarding()
        .discard(
            run,
            () -> {},
            () -> {
              run.adopting = false;
              begin(run);
            });
  }

  private void started(Run run, Sandbox sandbox) {
    parts.starting().started(run, sandbox);
    StopOrder stop = run.stop;
    RemoveOrder remove = run.remove;
    if (stop != null) {
      parts.stopping().stop(run, stop);
    } else if (remove != null && remove.force()) {
      parts.stopping().stop(run, Lifecycle.kill(sandbox.startedAt()));
    }
  }

  private void await(Run run, RunLifecycle.Restarting waiting) {
    StopOrder stop = run.stop;
    if (stop != null || run.remove != null || run.killed) {
      parts
          .closing()
          .endWaiting(run, waiting, stop == null ? ReasonCode.STOPPED : stop.reasonOrStopped());
    } else {
      parts.restarts().resume(run, waiting);
    }
  }

  /** Whether this is the attempt that a restarting run has told the end of. */
  private static boolean isOf(Sandbox sandbox, RunLifecycle.Restarting waiting) {
    CompletableFuture<ExitRecord> exit = sandbox.exit();
    if (sandbox.startedAt().equals(waiting.attempt().startedAt())) {
      return true;
    }
    return exit.isDone()
        && !exit.isCompletedExceptionally()
        && End.of(exit.join(), null).isToldBy(waiting);
  }
}
