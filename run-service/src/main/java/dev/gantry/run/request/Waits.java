package dev.gantry.run.request;

import dev.gantry.events.EntityId;
import dev.gantry.events.ReasonCode;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Who waits for what becomes of runs. Thread-safe. */
public final class Waits {
  private static final int WAITING_MAX = 10_000;

  private final Runs runs;
  private final Map<EntityId, Set<Waiting>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  private record Waiting(Milestone milestone, CompletableFuture<RunView> reached) {
    void look(RunView run) {
      switch (milestone.of(run)) {
        case REACHED -> reached.complete(run);
        case NEVER ->
            reached.completeExceptionally(
                new ProblemException(
                    ReasonCode.RUN_NOT_RUNNING,
                    "run %s is %s, and will not be %s"
                        .formatted(
                            run.id(),
                            run.state().label(),
                            milestone.name().toLowerCase(Locale.ROOT))));
        case AHEAD -> {}
      }
    }
  }

  /** Listens to these runs. */
  public Waits(Runs runs) {
    this.runs = runs;
    runs.onChange(run -> waiting.getOrDefault(run.id(), Set.of()).forEach(one -> one.look(run)));
  }

  /**
   * Completes with the run as it was when it got there; fails with a {@link ProblemException} when
   * it does not in time, or never will.
   */
  CompletableFuture<RunView> await(EntityId run, Milestone milestone, Duration patience) {
    if (count.incrementAndGet() > WAITING_MAX) {
      count.decrementAndGet();
      throw new ProblemException(ReasonCode.UNAVAILABLE, "too many wait for runs already");
    }
    Waiting one = new Waiting(milestone, new CompletableFuture<>());
    waiting.compute(
        run,
        (_, all) -> {
          Set<Waiting> others = all == null ? ConcurrentHashMap.newKeySet() : all;
          others.add(one);
          return others;
        });
    runs.view(run).ifPresent(one::look);
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () ->
                one.reached()
                    .completeExceptionally(
                        new ProblemException(
                            ReasonCode.TIMEOUT,
                            "it was not so within " + patience.toMillis() + " ms")),
            CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS));
    return one.reached()
        .whenComplete(
            (_, _) -> {
              late.cancel(false);
              leave(run, one);
            });
  }

  private void leave(EntityId run, Waiting one) {
    count.decrementAndGet();
    waiting.computeIfPresent(
        run,
        (_, all) -> {
          all.remove(one);
          return all.isEmpty() ? null : all;
        });
  }
}
