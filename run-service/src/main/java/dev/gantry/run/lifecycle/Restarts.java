package dev.gantry.run.lifecycle;

import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunRequest;
import dev.gantry.isolation.sandbox.ExitRecord;
import dev.gantry.isolation.sandbox.Sandbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What follows the end of an attempt: the next one after a pause, or the end of the run. All
 * methods only on the run's turn.
 */
final class Restarts {
  private final Chronicle chronicle;
  private final Closing closing;
  private final Stopping stopping;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final Consumer<Run> begin;

  /** How much time passes. */
  record Time(Clock clock, ScheduledExecutorService timer) {}

  /**
   * What runs go through when they end.
   *
   * @param begin begins the next attempt of a run
   */
  Restarts(
      Chronicle chronicle, Closing closing, Stopping stopping, Time time, Consumer<Run> begin) {
    this.chronicle = chronicle;
    this.closing = closing;
    this.stopping = stopping;
    this.clock = time.clock();
    this.timer = time.timer();
    this.begin = begin;
  }

  /** The attempt of this sandbox has ended. */
  void exited(Run run, Sandbox sandbox, ExitRecord record) {
    if (sandbox.equals(run.sandbox)) {
      StopOrder stop = run.stop;
      ended(run, End.of(record, stop == null ? null : stop.reasonOrStopped()));
    }
  }

  /** Nothing of the attempt is left on the host. */
  void vanished(Run run, @Nullable Instant startedAt) {
    ended(run, End.lost(startedAt, clock.instant(), "nothing is left of its sandbox"));
  }

  /** The next attempt could not begin; it was one all the same. */
  void notStarted(Run run, String message) {
    ended(run, End.notStarted(clock.instant(), message));
  }

  private void ended(Run run, End end) {
    run.sandbox = null;
    if (run.over()) {
      return;
    }
    Stopping.cancelKill(run);
    Attending.leave(run);
    if (end.oomKilled()
        && run.view().state() instanceof RunLifecycle.Running running
        && !running.oomKilled()) {
      chronicle.record(run, new RunEvent.OomKilled(chronicle.about(run)));
    }
    boolean stopped = run.stop != null || run.remove != null;
    boolean requested = !run.restarts.isEmpty();
    RestartRules.Wanted wanted =
        new RestartRules.Wanted(stopped || (run.killed && !requested), requested);
    switch (RestartRules.decide(end, wanted, run.view().restart(), run.view().history())) {
      case RestartRules.Decision.Over _ -> closing.ended(run, end);
      case RestartRules.Decision.Again again -> {
        chronicle.record(run, end.restarting(chronicle.about(run), again));
        settleRequests(run);
        schedule(run, again.delay());
      }
    }
  }

  /** A restart was asked for. */
  void requested(Run run, Command command, RunRequest.RestartRequested request) {
    Sandbox sandbox = run.sandbox;
    if (run.over() || run.stop != null) {
      chronicle.done(run, command);
    } else if (sandbox != null && run.view().state() instanceof RunLifecycle.Running) {
      run.killed = false;
      run.restarts.add(command);
      stopping.terminate(run, sandbox, StopOrder.of(null, request.graceSeconds(), command.at()));
    } else {
      Future<?> waiting = run.again;
      if (waiting != null) {
        waiting.cancel(false);
        schedule(run, Duration.ZERO);
      }
      chronicle.done(run, command);
    }
  }

  /** Goes on after a restart of the service: the pause counts from the end of the last attempt. */
  void resume(Run run, RunLifecycle.Restarting waiting) {
    Instant due = waiting.attempt().exitedAt().plusMillis(waiting.attempt().delayMillis());
    Duration left = Duration.between(clock.instant(), due);
    // A clock that was set back must not make a run wait for longer than it would have.
    Duration most = Duration.ofMillis(waiting.attempt().delayMillis());
    schedule(run, left.compareTo(most) > 0 ? most : left);
  }

  private void schedule(Run run, Duration delay) {
    run.again =
        timer.schedule(
            () -> run.turn(() -> again(run)), Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
  }

  private void again(Run run) {
    boolean waits = run.again != null;
    run.again = null;
    if (waits && !run.over() && run.view().state() instanceof RunLifecycle.Restarting) {
      begin.accept(run);
    }
  }

  private void settleRequests(Run run) {
    List<Command> settled = List.copyOf(run.restarts);
    run.restarts.clear();
    settled.forEach(command -> chronicle.done(run, command));
  }
}
