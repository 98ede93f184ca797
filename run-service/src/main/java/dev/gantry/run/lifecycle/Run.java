package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.events.HealthCheck;
import dev.gantry.events.Signal;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.run.health.Checkup;
import dev.gantry.run.network.Attachment;
import dev.gantry.run.pull.Located;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A run on this host. Readers look at {@link #view}; everything else belongs to whoever has the
 * run's turn.
 */
final class Run {
  private final Order order;
  private final Turns turns;
  private final BiConsumer<Run, RuntimeException> failed;
  private volatile RunView view;

  /** Requests that have been accepted already. */
  final Seen seen = new Seen();

  /** Of the attempt that runs; readers may look at its results. */
  volatile @Nullable Checkup checkup;

  /** Of the last attempt, whether or not it runs, until the run is removed. */
  volatile @Nullable Sandbox latest;

  // Guarded by the run's turns.
  /** Of the attempt that runs. */
  @Nullable Sandbox sandbox;

  @Nullable Signal imageStopSignal;
  @Nullable HealthCheck check;
  @Nullable StopOrder stop;
  @Nullable Signal stopSignal;
  @Nullable RemoveOrder remove;
  @Nullable Future<?> killing;
  @Nullable Future<?> expiry;

  /** The next attempt, while it waits to begin. */
  @Nullable Future<?> again;

  /** It was killed by a command: its policy does not start it again. */
  boolean killed;

  /** From before a crash; whether they are meant to end it is known with its image. */
  final List<Command> kills = new ArrayList<>();

  /** It is looked for on the host: what is asked of it waits. */
  boolean adopting;

  /** It is being rejected or removed, which takes more than one turn. */
  boolean ending;

  /** Its place in the networks, once it has one. */
  Attachment.@Nullable Attached attached;

  /** What is mounted in it, once that is prepared. */
  List<SandboxSpec.Mount> mounts = List.of();

  /** Restarts that were asked for and have not come about. */
  final List<Command> restarts = new ArrayList<>();

  /** Commands that wait for the one that is being carried out, or for the adoption. */
  final Deque<Command> waiting = new ArrayDeque<>();

  boolean working;

  /** What its image was when it was asked for; null after a restart of the service. */
  @Nullable CompletableFuture<Located> image;

  Run(Order order, Instant at, Executor pool, BiConsumer<Run, RuntimeException> failed) {
    this.order = order;
    this.turns = new Turns(pool);
    this.failed = failed;
    this.view = RunView.of(order, at);
  }

  EntityId id() {
    return order.id();
  }

  String key() {
    return order.id().value();
  }

  Order order() {
    return order;
  }

  RunView view() {
    return view;
  }

  /** Whether it has had its outcome, or is about to be rejected. */
  boolean over() {
    return ending || view.state().hasOutcome();
  }

  /** Only the chronicle moves a run. */
  void view(RunView next) {
    view = next;
  }

  /** Does something when it is the run's turn; what goes wrong ends a run that has not started. */
  void turn(Runnable task) {
    turns.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            failed.accept(this, e);
          }
        });
  }
}
