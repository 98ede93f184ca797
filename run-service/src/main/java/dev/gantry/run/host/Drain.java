package dev.gantry.run.host;

import dev.gantry.events.EntityId;
import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.sandbox.WarmPolicy;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.RemoveOrder;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.lifecycle.StopOrder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Empties this host: no new runs, and if wanted nothing left of the old ones. */
public final class Drain {
  private static final int GRACE_SECONDS = 10;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
  private static final Duration REMOVE_PATIENCE = Duration.ofSeconds(45);
  private static final long LOOK_NANOS = 5_000_000;

  private final Lifecycle lifecycle;
  private final Runs runs;
  private final Machine machine;
  private final CgroupHierarchy cgroups;
  private final Clock clock;

  /** What came of it; {@code left} are runs that could not be removed in time. */
  public record Result(int removed, List<String> left) {
    /** Copies the list. */
    public Result {
      left = List.copyOf(left);
    }
  }

  public Drain(
      Lifecycle lifecycle, Runs runs, Machine machine, CgroupHierarchy cgroups, Clock clock) {
    this.lifecycle = lifecycle;
    this.runs = runs;
    this.machine = machine;
    this.cgroups = cgroups;
    this.clock = clock;
  }

  /** Takes no new runs from now on. Those that are here stay. */
  public void begin() {
    lifecycle.drain();
  }

  /**
   * Stops and removes every run, then the bridge, the firewall and the control group. Takes as long
   * as the runs take to stop, at most a minute. A repeated call finishes what is left.
   *
   * @throws IOException when the kernel refuses to let something go
   */
  public Result clear() throws IOException {
    begin();
    for (RunView run : present()) {
      if (!run.state().hasOutcome()) {
        var _ = lifecycle.stop(run.id(), StopOrder.of(null, GRACE_SECONDS, clock.instant()));
      }
    }
    await(run -> run.state().hasOutcome(), STOP_PATIENCE);
    List<EntityId> wanted = present().stream().map(RunView::id).toList();
    wanted.forEach(id -> lifecycle.remove(id, new RemoveOrder(true, false)));
    await(run -> run.state().isFinal(), REMOVE_PATIENCE);
    List<String> left = present().stream().map(run -> run.id().value()).toList();
    if (left.isEmpty()) {
      machine.sandboxes().keepWarm(WarmPolicy.NONE);
      machine.network().delete();
      cgroups.removeParent();
    }
    return new Result(wanted.size() - left.size(), left);
  }

  private List<RunView> present() {
    return runs.all().stream().filter(run -> !run.state().isFinal()).toList();
  }

  private void await(Predicate<RunView> done, Duration patience) {
    Instant until = clock.instant().plus(patience);
    while (!present().stream().allMatch(done) && clock.instant().isBefore(until)) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
