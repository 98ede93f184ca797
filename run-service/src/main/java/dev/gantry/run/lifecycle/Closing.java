package dev.gantry.run.lifecycle;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.Signal;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How runs end: rejected, exited or lost, and then removed. All methods only on the run's turn. */
final class Closing {
  private static final Logger LOG = Logger.getLogger(Closing.class);

  private static final Duration EPHEMERAL_KEPT = Duration.ofMinutes(1);

  private final Machine machine;
  private final Chronicle chronicle;
  private final Discarding discarding;
  private final Clock clock;
  private final BiConsumer<Run, String> retry;

  /**
   * How runs end.
   *
   * @param retry what follows when a run that restarts could not, and why
   */
  Closing(
      Machine machine,
      Chronicle chronicle,
      Discarding discarding,
      Clock clock,
      BiConsumer<Run, String> retry) {
    this.machine = machine;
    this.chronicle = chronicle;
    this.discarding = discarding;
    this.clock = clock;
    this.retry = retry;
  }

  /**
   * Ends a run that has not started; what it holds already is released first. For one that starts
   * again, this was one more attempt.
   */
  void reject(Run run, ReasonCode reason, String message, @Nullable String field) {
    if (run.over()) {
      return;
    }
    RunEvent.Rejected rejected =
        new RunEvent.Rejected(chronicle.about(run), reason, message, field(field));
    switch (run.view().state()) {
      case RunLifecycle.Placed _, RunLifecycle.Pulling _, RunLifecycle.Created _ -> {
        run.ending = true;
        release(run);
        discarding.discard(
            run,
            () -> machine.releaseStorage(run.key(), true),
            () -> chronicle.record(run, rejected));
      }
      case RunLifecycle.Requested _, RunLifecycle.Accepted _ -> chronicle.record(run, rejected);
      case RunLifecycle.Restarting _ -> retry.accept(run, message);
      case RunLifecycle.Running _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Rejected _,
          RunLifecycle.Lost _,
          RunLifecycle.Removed _ -> {}
    }
  }

  /** The last attempt is over, and no other follows. */
  void ended(Run run, End end) {
    Integer code = end.code();
    if (code == null) {
      lost(run, String.valueOf(end.message()));
      return;
    }
    // Before anybody hears of the exit, so that its ports can be had again at once.
    release(run);
    chronicle.record(run, end.exited(chronicle.about(run), code));
    over(run);
    settle(run);
  }

  /** Ends a run that waits for its next attempt: what the last one led to is how it ended. */
  void endWaiting(Run run, RunLifecycle.Restarting waiting, ReasonCode reason) {
    Future<?> again = run.again;
    if (again != null) {
      again.cancel(false);
      run.again = null;
    }
    ended(run, End.of(waiting.attempt(), reason));
  }

  /** Says what a stop has led to, where a crash came between. */
  void settle(Run run) {
    if (run.stop != null && run.view().state() instanceof RunLifecycle.Exited exited) {
      stopped(run, exited.exit());
    }
    removeIfWanted(run);
  }

  /** Nobody can say how it ended. */
  private void lost(Run run, String message) {
    release(run);
    chronicle.record(run, new RunEvent.Lost(chronicle.about(run), ReasonCode.HOST_LOST, message));
    over(run);
    removeIfWanted(run);
  }

  /** What was asked of it and has not come about never will. */
  private void over(Run run) {
    Attending.forget(run);
    run.restarts.forEach(command -> chronicle.done(run, command));
    run.restarts.clear();
  }

  /** Removes a run that is over; tries again for as long as something of it is left. */
  void remove(Run run) {
    if (!run.view().state().hasOutcome() || run.view().state().isFinal() || run.ending) {
      return;
    }
    run.ending = true;
    discarding.discard(
        run,
        () -> {
          machine.network().detach(run.key());
          machine.releaseStorage(run.key(), removesVolumes(run));
          machine.keptLogs().keep(run.key(), machine.liveLog(run.key()), keptFrom(run));
        },
        () -> {
          run.latest = null;
          chronicle.record(run, new RunEvent.Removed(chronicle.about(run), null));
        });
  }

  private void stopped(Run run, RunEvent.Exited exit) {
    Signal sent = run.stopSignal;
    int kill = Signal.of(9).number();
    boolean killed = exit.signal() != null && exit.signal() == kill;
    boolean forced = killed && (sent == null || sent.number() != kill);
    chronicle.record(
        run,
        new RunEvent.Stopped(
            chronicle.about(run), sent == null ? "SIGTERM" : sent.name(), forced, null));
  }

  private void removeIfWanted(Run run) {
    if (ephemeral(run) || run.remove != null) {
      remove(run);
    }
  }

  /** Nobody asks for the log of a run of one go, but for those who are just reading it. */
  private Instant keptFrom(Run run) {
    Duration time = machine.keptLogs().time();
    return ephemeral(run) && time.compareTo(EPHEMERAL_KEPT) > 0
        ? clock.instant().minus(time).plus(EPHEMERAL_KEPT)
        : clock.instant();
  }

  private static boolean ephemeral(Run run) {
    return run.view().spec().filter(spec -> spec.stopping().removeOnExit()).isPresent();
  }

  /** As docker: with those that remove themselves, and where it is asked for. */
  private static boolean removesVolumes(Run run) {
    RemoveOrder order = run.remove;
    return ephemeral(run) || order != null && order.volumes();
  }

  private void release(Run run) {
    try {
      machine.network().detach(run.key());
    } catch (IOException e) {
      LOG.warnf("run %s keeps its address for now: %s", run.id(), e.getMessage());
    }
  }

  private static @Nullable String field(@Nullable String field) {
    return field == null || field.isEmpty() ? null : field;
  }
}
