package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.events.Signal;
import dev.gantry.isolation.sandbox.Sandbox;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A run on this host. Readers look at {@link #view}; everything else belongs to whoever has the
 * run's turn.
 */
final class Run {
  private final Order order;
  private final Turns turns;
  private volatile RunView view;

  // Guarded by the run's turns.
  @Nullable Sandbox sandbox;
  @Nullable Signal imageStopSignal;
  @Nullable StopOrder stop;
  @Nullable Signal stopSignal;
  @Nullable RemoveOrder remove;
  @Nullable Future<?> killing;
  boolean fetching;

  Run(Order order, Instant at, Executor pool) {
    this.order = order;
    this.turns = new Turns(pool);
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

  /** Only the chronicle moves a run. */
  void view(RunView next) {
    view = next;
  }

  void turn(Runnable task) {
    turns.execute(task);
  }
}
