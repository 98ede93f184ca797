package dev.gantry.run.request;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunRequest;
import dev.gantry.run.lifecycle.Command.Effect.Refused;
import dev.gantry.run.lifecycle.RunView;
import java.util.Optional;

/** Whether a run is in a state in which something can be asked of it. Pure. */
final class Permission {
  private Permission() {}

  /** Why not; empty: it can. */
  static Optional<Refused> refusal(RunView run, RunRequest request) {
    boolean paused = run.state() instanceof RunLifecycle.Running running && running.paused();
    return switch (request) {
      case RunRequest.PauseRequested _ -> {
        if (!(run.state() instanceof RunLifecycle.Running)) {
          yield notRunning(run);
        }
        yield paused ? refused(ReasonCode.RUN_IS_PAUSED, run, "paused already") : Optional.empty();
      }
      case RunRequest.UnpauseRequested _ -> {
        if (!(run.state() instanceof RunLifecycle.Running)) {
          yield notRunning(run);
        }
        yield paused ? Optional.empty() : refused(ReasonCode.RUN_NOT_PAUSED, run, "not paused");
      }
      case RunRequest.KillRequested _,
          RunRequest.RestartRequested _,
          RunRequest.UpdateRequested _ ->
          run.state() instanceof RunLifecycle.Running
                  || run.state() instanceof RunLifecycle.Restarting
              ? Optional.empty()
              : notRunning(run);
      case RunRequest.Requested _, RunRequest.StopRequested _, RunRequest.RemoveRequested _ ->
          Optional.empty();
    };
  }

  private static Optional<Refused> notRunning(RunView run) {
    return refused(ReasonCode.RUN_NOT_RUNNING, run, run.state().label());
  }

  private static Optional<Refused> refused(ReasonCode reason, RunView run, String why) {
    return Optional.of(new Refused(reason, "run %s is %s".formatted(run.id(), why)));
  }
}
