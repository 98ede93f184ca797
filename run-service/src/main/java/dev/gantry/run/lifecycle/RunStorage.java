package dev.gantry.run.lifecycle;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.run.pull.PulledImage;
import dev.gantry.run.volume.Mounting;
import dev.gantry.run.volume.VolumeRules;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** The image and volumes that a run takes on its way. All methods only on the run's turn. */
final class RunStorage {
  private static final Logger LOG = Logger.getLogger(RunStorage.class);

  private final Machine machine;
  private final Closing closing;

  RunStorage(Machine machine, Closing closing) {
    this.machine = machine;
    this.closing = closing;
  }

  /**
   * Prepares what is mounted, then goes on. Off the run's turn where there is something to mount:
   * to fill a volume may take long.
   */
  void mount(Run run, RunSpec spec, PulledImage image, Runnable next) {
    CompletableFuture<Mounting> mounting =
        machine
            .volumes()
            .prepare(
                new VolumeRules.Wanted(
                    run.key(), spec.mounts(), image.config().volumes(), image.layers()));
    if (mounting.isDone()) {
      mounted(run, mounting.join(), next);
    } else {
      var _ = mounting.thenAccept(result -> run.turn(() -> mounted(run, result, next)));
    }
  }

  private void mounted(Run run, Mounting mounting, Runnable next) {
    if (run.over()) {
      release(run);
      return;
    }
    switch (mounting) {
      case Mounting.Refused(String field, ReasonCode reason, String message) ->
          closing.reject(run, reason, message, field);
      case Mounting.Ready(List<SandboxSpec.Mount> mounts) -> {
        run.mounts = mounts;
        next.run();
      }
    }
  }

  /**
   * Gives back what was taken for a run that was stopped in the meantime. One that has run before
   * keeps what it has until it is removed.
   */
  void release(Run run) {
    RunLifecycle state = run.view().state();
    if (state.hasOutcome() && !state.isFinal()) {
      return;
    }
    try {
      machine.releaseStorage(run.key(), !(state instanceof RunLifecycle.Removed));
    } catch (IOException e) {
      LOG.warnf("run %s keeps its volumes for now: %s", run.id(), e.getMessage());
    }
  }
}
