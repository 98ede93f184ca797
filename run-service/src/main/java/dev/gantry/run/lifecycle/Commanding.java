package dev.gantry.run.lifecycle;

import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RestartPolicy;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunRequest;
import dev.gantry.events.Signal;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.run.health.Checkup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what is asked of runs, in the order in which it was asked; only signals overtake, for
 * a run that hangs is ended by them. What may take its time holds no thread of others. All methods
 * only on the run's turn.
 */
final class Commanding {
  private static final Logger LOG = Logger.getLogger(Commanding.class);
  private static final Signal KILL = Signal.of(9);

  private final Chronicle chronicle;
  private final Stopping stopping;
  private final Restarts restarts;

  private final Function<Resources, Parsed<CgroupLimits>> limits;

  /**
   * Who carries them out.
   *
   * @param limits what this host makes of resources
   */
  Commanding(
      Chronicle chronicle,
      Stopping stopping,
      Restarts restarts,
      Function<Resources, Parsed<CgroupLimits>> limits) {
    this.limits = limits;
    this.chronicle = chronicle;
    this.stopping = stopping;
    this.restarts = restarts;
  }

  /** Carries out a command now, or when it is its turn. */
  void take(Run run, Command command) {
    if (run.adopting) {
      run.waiting.add(command);
      return;
    }
    switch (command.request()) {
      case RunRequest.KillRequested(var _, Signal signal) -> {
        stopping.signal(run, signal == null ? KILL : signal);
        chronicle.done(run, command);
      }
      case RunRequest.RestartRequested restart -> restarts.requested(run, command, restart);
      case RunRequest.PauseRequested _,
          RunRequest.UnpauseRequested _,
          RunRequest.UpdateRequested _ -> {
        run.waiting.add(command);
        next(run);
      }
      case RunRequest.Requested _, RunRequest.StopRequested _, RunRequest.RemoveRequested _ ->
          throw new IllegalArgumentException(command.request() + " is an order of its own");
    }
  }

  /** Takes up what has waited for the run to be found. */
  void resume(Run run) {
    List<Command> all = List.copyOf(run.waiting);
    run.waiting.clear();
    all.forEach(command -> take(run, command));
  }

  private void next(Run run) {
    Command command = run.working ? null : run.waiting.poll();
    if (command == null) {
      return;
    }
    switch (command.request()) {
      case RunRequest.PauseRequested _ -> pause(run, command);
      case RunRequest.UnpauseRequested _ -> unpause(run, command);
      case RunRequest.UpdateRequested(var _, Resources change, RestartPolicy restart) ->
          update(run, command, change, restart);
      case RunRequest.Requested _,
          RunRequest.StopRequested _,
          RunRequest.RemoveRequested _,
          RunRequest.KillRequested _,
          RunRequest.RestartRequested _ ->
          throw new IllegalArgumentException(command.request() + " does not wait");
    }
  }

  private void finish(Run run, Command command) {
    chronicle.done(run, command);
    next(run);
  }

  private void refuse(Run run, Command command, ReasonCode reason, String message) {
    LOG.infof("run %s: %s", run.id(), message);
    chronicle.refused(run, command, reason, message);
    next(run);
  }

  private void pause(Run run, Command command) {
    Sandbox sandbox = run.sandbox;
    if (sandbox == null || !running(run) || ends(run) || paused(run)) {
      finish(run, command);
      return;
    }
    Optional<Checkup> checkup = Optional.ofNullable(run.checkup);
    checkup.ifPresent(Checkup::hold);
    work(
        run,
        sandbox::pause,
        problem -> {
          if (problem != null) {
            checkup.ifPresent(Checkup::release);
            refuse(run, command, ReasonCode.INTERNAL, "cannot be paused: " + problem.getMessage());
          } else if (!sandbox.equals(run.sandbox) || ends(run)) {
            release(run, sandbox);
            finish(run, command);
          } else {
            chronicle.record(run, new RunEvent.Paused(chronicle.about(run), null));
            finish(run, command);
          }
        });
  }

  private void unpause(Run run, Command command) {
    Sandbox sandbox = run.sandbox;
    if (sandbox != null && paused(run)) {
      release(run, sandbox);
      chronicle.record(run, new RunEvent.Unpaused(chronicle.about(run), null));
      Optional.ofNullable(run.checkup).ifPresent(Checkup::release);
    }
    finish(run, command);
  }

  private void update(Run run, Command command, Resources change, @Nullable RestartPolicy restart) {
    if (run.over() || !(running(run) || run.view().state() instanceof RunLifecycle.Restarting)) {
      finish(run, command);
      return;
    }
    Resources resources = run.view().resources().with(change);
    RestartPolicy policy = restart == null ? run.view().restart() : restart;
    switch (limits.apply(resources)) {
      case Parsed.Invalid<CgroupLimits>(String field, ReasonCode reason, String message) ->
          refuse(run, command, reason, field + ": " + message);
      case Parsed.Valid<CgroupLimits>(CgroupLimits wanted) ->
          update(run, command, wanted, new RunEvent.Updated(about(run), resources, policy, null));
    }
  }

  private void update(Run run, Command command, CgroupLimits wanted, RunEvent.Updated updated) {
    Sandbox sandbox = run.sandbox;
    work(
        run,
        () -> {
          if (sandbox != null) {
            sandbox.update(wanted);
          }
        },
        problem -> {
          if (problem != null) {
            refuse(run, command, ReasonCode.CONFLICT, String.valueOf(problem.getMessage()));
          } else if (run.over()) {
            finish(run, command);
          } else {
            chronicle.record(run, updated);
            finish(run, command);
          }
        });
  }

  private RunEvent.About about(Run run) {
    return chronicle.about(run);
  }

  /** What may block. */
  private interface Task {
    void run() throws IOException;
  }

  /** What follows it, on the run's turn. */
  private interface Then {
    void after(@Nullable Exception problem);
  }

  /** Does something on a thread of its own, and goes on when it is done. */
  private static void work(Run run, Task task, Then then) {
    run.working = true;
    Thread.startVirtualThread(
        () -> {
          Exception problem = attempt(task);
          run.turn(
              () -> {
                run.working = false;
                then.after(problem);
              });
        });
  }

  private static @Nullable Exception attempt(Task task) {
    try {
      task.run();
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  private static void release(Run run, Sandbox sandbox) {
    try {
      sandbox.unpause();
    } catch (IOException e) {
      LOG.warnf("run %s stands still: %s", run.id(), e.getMessage());
    }
  }

  private static boolean running(Run run) {
    return run.view().state() instanceof RunLifecycle.Running;
  }

  private static boolean paused(Run run) {
    return run.view().state() instanceof RunLifecycle.Running running && running.paused();
  }

  private static boolean ends(Run run) {
    return run.stop != null || !run.restarts.isEmpty();
  }
}
