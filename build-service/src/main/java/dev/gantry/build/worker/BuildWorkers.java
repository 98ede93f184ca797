package dev.gantry.build.worker;

import dev.gantry.build.context.ContextStore;
import dev.gantry.build.execute.Cancellation;
import dev.gantry.build.execute.Engine;
import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.queue.BuildStore;
import dev.gantry.build.queue.Claim;
import dev.gantry.build.queue.Leases;
import dev.gantry.build.secret.BuildSecrets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A bounded number of workers, each with one build at a time, and the thread that keeps their
 * leases and hears of wishes to cancel.
 */
public final class BuildWorkers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BuildWorkers.class.getName());
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final int RENEWALS_PER_LEASE = 6;

  private final Parts parts;
  private final Semaphore work = new Semaphore(0);
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  /**
   * What they work with.
   *
   * @param host what facts call this host
   * @param platform what it builds for
   * @param workers how many builds at a time
   * @param attemptsMax how often a build is begun
   */
  public record Parts(
      BuildStore store,
      Leases leases,
      Engine engine,
      BuildLogs logs,
      ContextStore contexts,
      BuildSecrets secrets,
      String host,
      String platform,
      int workers,
      int attemptsMax) {}

  private record Running(int attempt, Cancellation cancellation) {}

  /** Workers that do not work yet. */
  public BuildWorkers(Parts parts) {
    this.parts = parts;
  }

  /** Begins; what an earlier process of this installation had is taken again at once. */
  public void start() throws SQLException {
    parts.leases().expire();
    for (int i = 1; i <= parts.workers(); i++) {
      threads.add(Thread.ofPlatform().name("build-worker-" + i).start(this::workUntilStopped));
    }
    threads.add(Thread.ofPlatform().name("build-leases").daemon().start(this::renewUntilStopped));
  }

  /** Says that a build waits. */
  public void wake() {
    work.release();
  }

  /** Ends a build of this process at once, as wished; does nothing where it is not here. */
  public void cancel(String build) {
    Running here = running.get(build);
    if (here != null) {
      here.cancellation().cancel(Cancellation.Cause.REQUESTED);
    }
  }

  /** Whether all threads live. */
  public boolean healthy() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  private void workUntilStopped() {
    while (!stopping) {
      try {
        Optional<Claim> claim = parts.store().claim(parts.leases().lease(), parts.host());
        if (claim.isPresent()) {
          work(claim.get());
        } else if (work.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
          work.drainPermits();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "a worker cannot work now: " + e.getMessage());
        pause();
      }
    }
  }

  private void work(Claim claim) throws InterruptedException {
    Cancellation cancellation = new Cancellation();
    running.put(claim.id(), new Running(claim.attempt(), cancellation));
    try {
      if (claim.cancelled()) {
        cancellation.cancel(Cancellation.Cause.REQUESTED);
      }
      if (stopping) {
        cancellation.cancel(Cancellation.Cause.ABANDONED);
      }
      new Attempt(parts, claim, cancellation).run();
    } finally {
      running.remove(claim.id());
    }
  }

  private void renewUntilStopped() {
    long pause = parts.leases().lease().duration().toMillis() / RENEWALS_PER_LEASE;
    while (!stopping) {
      try {
        TimeUnit.MILLISECONDS.sleep(Math.min(pause, IDLE.toMillis()));
        if (!running.isEmpty()) {
          renew();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "leases cannot be renewed: " + e.getMessage());
      }
    }
  }

  private void renew() throws SQLException {
    Map<String, Running> before = Map.copyOf(running);
    Map<String, Leases.Held> held = parts.leases().renew();
    before.forEach(
        (build, here) -> {
          Leases.Held lease = held.get(build);
          if (lease == null || lease.attempt() != here.attempt()) {
            here.cancellation().cancel(Cancellation.Cause.ABANDONED);
          } else if (lease.cancelRequested()) {
            here.cancellation().cancel(Cancellation.Cause.REQUESTED);
          }
        });
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(IDLE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops within seconds: builds that run are abandoned, and taken again after the next start. */
  @Override
  public void close() throws InterruptedException {
    stopping = true;
    running.values().forEach(here -> here.cancellation().cancel(Cancellation.Cause.ABANDONED));
    work.release(threads.size());
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(20));
    }
    try {
      parts.leases().expire();
    } catch (SQLException e) {
      LOG.log(System.Logger.Level.WARNING, "leases cannot be given back: " + e.getMessage());
    }
  }
}
