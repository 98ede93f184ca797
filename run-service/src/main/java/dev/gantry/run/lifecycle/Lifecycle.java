package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.events.Signal;
import dev.gantry.events.StopSettings;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.run.journal.Journal;
import dev.gantry.run.journal.Kind;
import dev.gantry.run.placement.Placement;
import dev.gantry.run.pull.Located;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * What can be done with runs. Every method returns at once; what it began goes on in the turn of
 * the run, on a bounded pool. Futures complete when the order is durable: from then on it has its
 * effect whatever happens to the service.
 */
public final class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);
  private static final Signal TERM = Signal.of(15);
  private static final Signal KILL = Signal.of(9);

  private final Capacity capacity;
  private final Machine machine;
  private final Journal journal;
  private final Runs runs;
  private final Clock clock;
  private final Executor pool;
  private final ScheduledExecutorService timer;
  private final Closing closing;
  private final Starting starting;
  private volatile boolean draining;

  /**
   * The threads that runs are worked on with.
   *
   * @param pool bounded, for the turns of runs
   * @param removing bounded, for what is left of runs on the disk
   * @param timer its tasks are short
   */
  public record Threads(Executor pool, Executor removing, ScheduledExecutorService timer) {}

  public Lifecycle(
      Capacity capacity, Machine machine, Records records, Runs runs, Threads threads) {
    this.capacity = capacity;
    this.machine = machine;
    this.journal = records.journal();
    this.runs = runs;
    this.clock = records.clock();
    this.pool = threads.pool();
    this.timer = threads.timer();
    Chronicle chronicle = new Chronicle(records, runs, capacity.host());
    Discarding discarding = new Discarding(machine, threads.removing(), timer);
    this.closing = new Closing(machine, chronicle, discarding, clock);
    this.starting = new Starting(machine, chronicle, runs, closing, this::place);
  }

  /**
   * Begins to find out what the image of an order is, which takes longer than to claim the order.
   */
  public Optional<CompletableFuture<Located>> lookUp(Order order) {
    return order.spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        ? Optional.of(machine.images().lookUp(spec.image(), spec.pullPolicy()))
        : Optional.empty();
  }

  /**
   * Begins a run. One that is known already is left alone.
   *
   * @param image what {@link #lookUp} said; empty: it is still to be found out
   */
  public CompletableFuture<?> submit(Order order, Optional<CompletableFuture<Located>> image) {
    Run run = new Run(order, clock.instant(), pool, this::failed);
    run.image = image.orElse(null);
    if (!runs.add(run)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<?> durable = journal.append(Kind.REQUEST, run.key(), order.record());
    run.turn(() -> starting.advance(run));
    return durable;
  }

  /**
   * Stops a run: signal, grace, SIGKILL. One that has not started never will; one that is over is.
   */
  public CompletableFuture<?> stop(EntityId id, StopOrder order) {
    Optional<Run> found = runs.run(id).filter(run -> !run.view().state().hasOutcome());
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Run run = found.get();
    CompletableFuture<?> durable = journal.append(Kind.STOP, run.key(), Commands.encode(order));
    run.turn(() -> stop(run, order));
    return durable;
  }

  /** Removes a run that is over; with force any, as soon as it is dead. */
  public CompletableFuture<?> remove(EntityId id, RemoveOrder order) {
    Optional<Run> found = runs.run(id).filter(run -> !run.view().state().isFinal());
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Run run = found.get();
    CompletableFuture<?> durable = journal.append(Kind.REMOVE, run.key(), Commands.encode(order));
    run.turn(() -> remove(run, order));
    return durable;
  }

  /** No new runs are taken from now on. */
  public void drain() {
    draining = true;
  }

  /** Whether new runs are refused. */
  public boolean draining() {
    return draining;
  }

  /** Brings back what the journal says; nothing happens to it before {@link #resume}. */
  public void restore(Restored restored) {
    Run run = new Run(restored.order(), restored.arrived(), pool, this::failed);
    run.view(restored.view());
    run.stop = restored.stop();
    run.remove = restored.remove();
    String name = run.view().name();
    if (!runs.add(run)) {
      throw new IllegalStateException("run " + run.id() + " is in the journal twice");
    }
    boolean named = run.view().sequence() > 1 && !run.view().state().isFinal();
    if (named && name != null) {
      runs.claimName(name, run.id());
    }
  }

  /** Goes on with every restored run where its state says. */
  public void resume() {
    runs.runs().forEach(run -> run.turn(() -> resume(run)));
  }

  /**
   * Drops a run that is over for good from memory; what the journal still says is to be ignored.
   */
  public void forget(EntityId id) {
    runs.run(id)
        .filter(run -> run.view().state().isFinal())
        .ifPresent(
            run -> {
              journal.append(Kind.FORGOTTEN, run.key(), new byte[0]);
              runs.forget(run);
            });
  }

  private Placement.Decision place(Resources wanted) {
    // The one that asks counts as active already.
    return Placement.decide(wanted, List.of(capacity.snapshot(runs.active() - 1, draining)));
  }

  private void resume(Run run) {
    try {
      switch (run.view().state()) {
        case RunLifecycle.Requested _,
            RunLifecycle.Accepted _,
            RunLifecycle.Placed _,
            RunLifecycle.Pulling _ ->
            restart(run);
        case RunLifecycle.Created _ -> adoptOr(run, () -> restart(run));
        case RunLifecycle.Running _, RunLifecycle.Restarting _ ->
            adoptOr(run, () -> closing.lost(run, "nothing is left of its sandbox"));
        case RunLifecycle.Exited _, RunLifecycle.Stopped _, RunLifecycle.Lost _ ->
            closing.settle(run);
        case RunLifecycle.Rejected _, RunLifecycle.Removed _ -> {}
      }
    } catch (IOException e) {
      LOG.warnf("run %s cannot be resumed yet: %s", run.id(), e.getMessage());
      var _ = timer.schedule(() -> run.turn(() -> resume(run)), 1, TimeUnit.SECONDS);
    }
  }

  /** A bug: the run gets its outcome all the same, unless a process lives that has its own. */
  private void failed(Run run, RuntimeException e) {
    LOG.errorf(e, "run %s: a step failed unexpectedly", run.id());
    if (run.sandbox == null && !run.view().state().hasOutcome()) {
      closing.reject(run, ReasonCode.INTERNAL, "an error on our side; its log has it", null);
    }
  }

  private void restart(Run run) {
    if (run.stop != null || run.remove != null) {
      closing.reject(run, ReasonCode.CANCELLED, "stopped before it started", null);
    } else {
      starting.advance(run);
    }
  }

  private void adoptOr(Run run, Runnable otherwise) throws IOException {
    Optional<Sandbox> sandbox = machine.sandboxes().adopt(machine.directory(run.key()));
    if (sandbox.isEmpty()) {
      machine.sandboxes().discard(run.key(), machine.directory(run.key()));
      otherwise.run();
      return;
    }
    String digest = run.view().digest();
    run.imageStopSignal = digest == null ? null : machine.images().stopSignal(digest);
    starting.started(run, sandbox.get());
    StopOrder stop = run.stop;
    if (stop != null) {
      stop(run, stop);
    }
    if (run.remove != null) {
      remove(run, run.remove);
    }
  }

  private void stop(Run run, StopOrder order) {
    if (run.over()) {
      return;
    }
    run.stop = order;
    Sandbox sandbox = run.sandbox;
    if (sandbox == null) {
      closing.reject(run, ReasonCode.CANCELLED, "stopped before it started", null);
      return;
    }
    Signal signal = signal(run, order);
    run.stopSignal = signal;
    LOG.debugf("run %s gets %s", run.id(), signal);
    try {
      sandbox.signal(signal.number());
    } catch (IOException e) {
      LOG.warnf("run %s cannot be signalled: %s", run.id(), e.getMessage());
    }
    if (run.killing != null) {
      run.killing.cancel(false);
    }
    Duration grace = grace(run, order);
    Duration left = grace.minus(Duration.between(order.at(), clock.instant()));
    run.killing =
        timer.schedule(
            () -> run.turn(() -> kill(run, sandbox)),
            Math.max(0, left.toMillis()),
            TimeUnit.MILLISECONDS);
  }

  private void kill(Run run, Sandbox sandbox) {
    if (run.view().state().hasOutcome()) {
      return;
    }
    try {
      sandbox.kill();
    } catch (IOException e) {
      LOG.warnf("run %s cannot be killed, again in 1 s: %s", run.id(), e.getMessage());
      run.killing = timer.schedule(() -> run.turn(() -> kill(run, sandbox)), 1, TimeUnit.SECONDS);
    }
  }

  private void remove(Run run, RemoveOrder order) {
    boolean over = run.view().state().hasOutcome();
    if (!over && !order.force()) {
      return;
    }
    run.remove = order;
    if (over) {
      closing.remove(run);
    } else {
      stop(run, new StopOrder(KILL.name(), 0, clock.instant()));
    }
  }

  private static Signal signal(Run run, StopOrder order) {
    String asked = order.signal();
    if (asked != null && Signal.parse(asked) instanceof Parsed.Valid<Signal>(Signal signal)) {
      return signal;
    }
    if (run.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        && spec.stopping().stopSignal() != null) {
      return spec.stopping().stopSignal();
    }
    return Objects.requireNonNullElse(run.imageStopSignal, TERM);
  }

  private static Duration grace(Run run, StopOrder order) {
    Integer asked = order.graceSeconds();
    if (asked != null) {
      return Duration.ofSeconds(asked);
    }
    return run.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        ? Duration.ofSeconds(spec.stopping().stopGraceSeconds())
        : Duration.ofSeconds(StopSettings.GRACE_SECONDS_DEFAULT);
  }
}
