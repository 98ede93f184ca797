package dev.gantry.run.lifecycle;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.EntityId;
import dev.gantry.events.Envelope;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunRequest;
import dev.gantry.events.RunSpec;
import dev.gantry.events.Signal;
import dev.gantry.isolation.sandbox.ExitRecord;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.run.health.Checkup;
import dev.gantry.run.journal.Journal;
import dev.gantry.run.journal.Kind;
import dev.gantry.run.placement.Placement;
import dev.gantry.run.pull.Located;
import dev.gantry.run.resource.LimitRules;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jboss.logging.Logger;

/**
 * What can be done with runs. Every method returns at once; what it began goes on in the turn of
 * the run, on a bounded pool. Futures complete when the order is durable: from then on it has its
 * effect whatever happens to the service.
 */
public final class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);
  private static final Signal KILL = Signal.of(9);

  private final Capacity capacity;
  private final Machine machine;
  private final Journal journal;
  private final CloudEventCodec codec;
  private final Runs runs;
  private final Clock clock;
  private final Executor pool;
  private final Closing closing;
  private final Stopping stopping;
  private final Restarts restarts;
  private final Starting starting;
  private final Commanding commanding;
  private final Resuming resuming;
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
    this.codec = records.codec();
    this.runs = runs;
    this.clock = records.clock();
    this.pool = threads.pool();
    ScheduledExecutorService timer = threads.timer();
    Chronicle chronicle = new Chronicle(records, runs, capacity.host());
    Discarding discarding = new Discarding(machine, threads.removing(), timer);
    this.closing = new Closing(machine, chronicle, discarding, clock, this::notStarted);
    this.stopping = new Stopping(closing, clock, timer);
    this.restarts =
        new Restarts(chronicle, closing, stopping, new Restarts.Time(clock, timer), this::again);
    Attending attending = new Attending(chronicle, clock, timer, new Ends());
    this.starting =
        new Starting(new Starting.Place(machine, this::place), chronicle, runs, closing, attending);
    this.commanding =
        new Commanding(
            chronicle,
            stopping,
            restarts,
            resources -> LimitRules.limits(resources, machine.sandboxes()));
    this.resuming =
        new Resuming(
            machine,
            new Resuming.Parts(starting, closing, stopping, restarts, commanding, discarding),
            timer);
  }

  private final class Ends implements Attending.Listener {
    @Override
    public void exited(Run run, Sandbox sandbox, ExitRecord record) {
      restarts.exited(run, sandbox, record);
    }

    @Override
    public void expired(Run run) {
      if (run.stop == null) {
        stop(run.id(), new StopOrder(null, null, clock.instant(), ReasonCode.TTL_EXPIRED));
      }
    }
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
   * @param arrived when this host was given the request
   * @param image what {@link #lookUp} said; empty: it is still to be found out
   */
  public CompletableFuture<?> submit(
      Order order, Instant arrived, Optional<CompletableFuture<Located>> image) {
    Run run = new Run(order, arrived, pool, this::failed);
    run.image = image.orElse(null);
    if (!runs.add(run)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<?> durable = journal.append(Kind.REQUEST, run.key(), order.record());
    run.turn(() -> starting.advance(run));
    return durable;
  }

  /**
   * Stops a run: signal, grace, SIGKILL. One that has not started never will, one that waits for
   * its next start neither; one that is over is.
   */
  public CompletableFuture<?> stop(EntityId id, StopOrder order) {
    Optional<Run> found = runs.run(id).filter(run -> !run.view().state().hasOutcome());
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Run run = found.get();
    CompletableFuture<?> durable = journal.append(Kind.STOP, run.key(), Commands.encode(order));
    run.turn(() -> stopping.stop(run, order));
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

  /**
   * Kills, pauses, unpauses, restarts or updates a run, once however often the request comes. The
   * effect comes when the order is durable; one to a run that is over has none.
   */
  public Ordered command(EntityId id, Envelope<RunRequest> request) {
    Optional<Run> found = runs.run(id);
    if (found.isEmpty()) {
      return Ordered.done();
    }
    Run run = found.get();
    CompletableFuture<Void> durable = new CompletableFuture<>();
    Ordered ordered = new Ordered(durable, new CompletableFuture<>());
    Ordered before = run.seen.add(Command.key(request), ordered);
    if (before != null) {
      return before;
    }
    Envelope<RunRequest> accepted =
        Envelope.request(
            request.id(),
            request.source(),
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            request.data());
    var _ =
        journal
            .append(Kind.COMMAND, run.key(), codec.encode(accepted))
            .thenAccept(
                frame -> {
                  durable.complete(null);
                  Command command =
                      new Command(
                          frame.position(),
                          Command.key(accepted),
                          accepted.time(),
                          accepted.data(),
                          ordered.effect());
                  run.turn(() -> commanding.take(run, command));
                });
    return ordered;
  }

  /** Whether this very request has been accepted before. */
  public boolean knows(EntityId id, Envelope<?> request) {
    return runs.run(id).filter(run -> run.seen.find(Command.key(request)) != null).isPresent();
  }

  /** The checkup of a run that has one under way. */
  public Optional<Checkup> checkup(EntityId id) {
    return runs.run(id).map(run -> run.checkup);
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
    restored.commanded().keys().forEach(key -> run.seen.add(key, Ordered.done()));
    run.waiting.addAll(restored.commanded().open());
    run.kills.addAll(restored.commanded().kills());
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
    runs.runs().forEach(run -> run.turn(() -> resuming.resume(run)));
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

  static StopOrder kill(Instant at) {
    return StopOrder.of(KILL.name(), 0, at);
  }

  private Placement.Decision place(Resources wanted) {
    // The one that asks counts as active already.
    return Placement.decide(wanted, List.of(capacity.snapshot(runs.active() - 1, draining)));
  }

  private void notStarted(Run run, String message) {
    restarts.notStarted(run, message);
  }

  private void again(Run run) {
    starting.advance(run);
  }

  /** A bug: the run gets its outcome all the same, unless a process lives that has its own. */
  private void failed(Run run, RuntimeException e) {
    LOG.errorf(e, "run %s: a step failed unexpectedly", run.id());
    if (run.sandbox != null || run.over()) {
      return;
    }
    if (run.view().state() instanceof RunLifecycle.Restarting) {
      restarts.notStarted(run, "an error on our side; its log has it");
    } else {
      closing.reject(run, ReasonCode.INTERNAL, "an error on our side; its log has it", null);
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
      stopping.stop(run, kill(clock.instant()));
    }
  }
}
