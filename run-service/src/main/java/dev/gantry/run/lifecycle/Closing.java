package dev.gantry.run.lifecycle;

import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.events.Signal;
import dev.gantry.isolation.sandbox.ExitRecord;
import dev.gantry.isolation.sandbox.Sandbox;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Future;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How runs end: rejected, exited or lost, and then removed. All methods only on the run's turn. */
final class Closing {
  private static final Logger LOG = Logger.getLogger(Closing.class);

  private final Machine machine;
  private final Chronicle chronicle;
  private final Discarding discarding;
  private final Clock clock;

  Closing(Machine machine, Chronicle chronicle, Discarding discarding, Clock clock) {
    this.machine = machine;
    this.chronicle = chronicle;
    this.discarding = discarding;
    this.clock = clock;
  }

  /** Ends a run that has not started; what it holds already is released first. */
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
      case RunLifecycle.Running _,
          RunLifecycle.Restarting _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Rejected _,
          RunLifecycle.Lost _,
          RunLifecycle.Removed _ -> {}
    }
  }

  /** The run is told its sandbox's end as soon as it comes. */
  void watch(Run run, Sandbox sandbox) {
    run.sandbox = sandbox;
    var _ = sandbox.exit().thenAccept(record -> run.turn(() -> exited(run, record)));
  }

  /** Says what a stop has led to, where a crash came between. */
  void settle(Run run) {
    if (run.stop != null && run.view().state() instanceof RunLifecycle.Exited exited) {
      stopped(run, exited.exit());
    }
    removeIfWanted(run);
  }

  /** Nobody can say how it ended. */
  void lost(Run run, String message) {
    release(run);
    chronicle.record(run, new RunEvent.Lost(chronicle.about(run), ReasonCode.HOST_LOST, message));
    removeIfWanted(run);
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
          machine.keptLogs().keep(run.key(), machine.liveLog(run.key()), clock.instant());
        },
        () -> {
          run.sandbox = null;
          chronicle.record(run, new RunEvent.Removed(chronicle.about(run), null));
        });
  }

  private void exited(Run run, ExitRecord record) {
    if (run.view().state().hasOutcome()) {
      return;
    }
    Future<?> killing = run.killing;
    if (killing != null) {
      killing.cancel(false);
    }
    if (Ending.unknown(record)) {
      lost(run, "its supervising process was killed");
      return;
    }
    // Before anybody hears of the exit, so that its ports can be had again at once.
    release(run);
    if (record.oomKilled()
        && run.view().state() instanceof RunLifecycle.Running running
        && !running.oomKilled()) {
      chronicle.record(run, new RunEvent.OomKilled(chronicle.about(run)));
    }
    RunEvent.Exited exited = Ending.exited(chronicle.about(run), record, run.stop != null);
    chronicle.record(run, exited);
    settle(run);
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

  private static boolean ephemeral(Run run) {
    return run.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        && spec.stopping().removeOnExit();
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
