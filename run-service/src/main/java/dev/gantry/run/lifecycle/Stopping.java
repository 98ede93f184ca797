package dev.gantry.run.lifecycle;

import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.events.Signal;
import dev.gantry.events.StopSettings;
import dev.gantry.isolation.sandbox.Sandbox;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How the processes of runs are brought to their end. All methods only on the run's turn. */
final class Stopping {
  private static final Logger LOG = Logger.getLogger(Stopping.class);
  private static final Signal TERM = Signal.of(15);
  private static final Signal KILL = Signal.of(9);

  private final Closing closing;
  private final Clock clock;
  private final ScheduledExecutorService timer;

  Stopping(Closing closing, Clock clock, ScheduledExecutorService timer) {
    this.closing = closing;
    this.clock = clock;
    this.timer = timer;
  }

  /** Ends a run for good, wherever it is. */
  void stop(Run run, StopOrder order) {
    if (run.over()) {
      return;
    }
    run.stop = order;
    Sandbox sandbox = run.sandbox;
    if (run.adopting) {
      return; // It is looked at again when the run was found.
    }
    if (sandbox != null) {
      terminate(run, sandbox, order);
    } else if (run.view().state() instanceof RunLifecycle.Restarting waiting) {
      closing.endWaiting(run, waiting, order.reasonOrStopped());
    } else {
      closing.reject(run, ReasonCode.CANCELLED, "stopped before it started", null);
    }
  }

  /** Ends the attempt that runs: signal, grace, SIGKILL. What follows is not decided here. */
  void terminate(Run run, Sandbox sandbox, StopOrder order) {
    Signal signal = stopSignal(run, order.signal());
    run.stopSignal = signal;
    LOG.debugf("run %s gets %s", run.id(), signal);
    release(run, sandbox);
    send(run, sandbox, signal);
    cancelKill(run);
    Duration grace = grace(run, order.graceSeconds());
    Duration left = grace.minus(Duration.between(order.at(), clock.instant()));
    run.killing =
        timer.schedule(
            () -> run.turn(() -> kill(run, sandbox)),
            Math.max(0, left.toMillis()),
            TimeUnit.MILLISECONDS);
  }

  /** Sends a signal as somebody asks for it; one that ends the run ends a pause, too. */
  void signal(Run run, Signal signal) {
    Sandbox sandbox = run.sandbox;
    if (ends(run, signal)) {
      run.killed = true;
      if (run.view().state() instanceof RunLifecycle.Restarting waiting && sandbox == null) {
        closing.endWaiting(run, waiting, ReasonCode.SIGNALLED);
        return;
      }
    }
    if (sandbox != null) {
      send(run, sandbox, signal);
      if (signal.equals(KILL)) {
        release(run, sandbox);
      }
    }
  }

  /** Whether somebody who sends this signal means the run to be over. */
  static boolean ends(Run run, Signal signal) {
    return signal.equals(KILL) || signal.equals(stopSignal(run, null));
  }

  /** The attempt is over: nobody is to be killed any more. */
  static void cancelKill(Run run) {
    Future<?> killing = run.killing;
    if (killing != null) {
      killing.cancel(false);
    }
    run.killing = null;
  }

  private void kill(Run run, Sandbox sandbox) {
    if (run.over() || !sandbox.equals(run.sandbox)) {
      return;
    }
    try {
      sandbox.kill();
      release(run, sandbox);
    } catch (IOException e) {
      LOG.warnf("run %s cannot be killed, again in 1 s: %s", run.id(), e.getMessage());
      run.killing = timer.schedule(() -> run.turn(() -> kill(run, sandbox)), 1, TimeUnit.SECONDS);
    }
  }

  private static void send(Run run, Sandbox sandbox, Signal signal) {
    try {
      sandbox.signal(signal.number());
    } catch (IOException e) {
      LOG.warnf("run %s cannot be signalled: %s", run.id(), e.getMessage());
    }
  }

  /** What stands still hears no signal. */
  private static void release(Run run, Sandbox sandbox) {
    try {
      sandbox.unpause();
    } catch (IOException e) {
      LOG.warnf("run %s stands still: %s", run.id(), e.getMessage());
    }
  }

  private static Signal stopSignal(Run run, @Nullable String asked) {
    if (asked != null && Signal.parse(asked) instanceof Parsed.Valid<Signal>(Signal signal)) {
      return signal;
    }
    return run.view()
        .spec()
        .map(RunSpec::stopping)
        .map(StopSettings::stopSignal)
        .orElseGet(() -> Objects.requireNonNullElse(run.imageStopSignal, TERM));
  }

  private static Duration grace(Run run, @Nullable Integer asked) {
    return Duration.ofSeconds(
        asked != null
            ? asked
            : run.view()
                .spec()
                .map(spec -> spec.stopping().stopGraceSeconds())
                .orElse(StopSettings.GRACE_SECONDS_DEFAULT));
  }
}
