package dev.gantry.run.lifecycle;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Takes away what is left of runs on the host. A process that takes its time to die, or never does,
 * holds no thread: only what is dead is worked on.
 */
final class Discarding {
  private static final Logger LOG = Logger.getLogger(Discarding.class);
  private static final long LOOK_MILLIS_MIN = 20;
  private static final long LOOK_MILLIS_MAX = 60_000;

  private final Machine machine;
  private final Executor pool;
  private final ScheduledExecutorService timer;

  Discarding(Machine machine, Executor pool, ScheduledExecutorService timer) {
    this.machine = machine;
    this.pool = pool;
    this.timer = timer;
  }

  /**
   * Kills what lives and removes everything, on other threads; returns at once. Tries again for as
   * long as something is left.
   *
   * @param before done when nothing of it runs any more
   * @param after done when nothing of it is left, on the run's turn
   */
  void discard(Run run, IoTask before, Runnable after) {
    pool.execute(
        () -> {
          CompletableFuture<Void> ended;
          try {
            ended = machine.sandboxes().end(run.key(), machine.directory(run.key()));
          } catch (IOException e) {
            ended = CompletableFuture.failedFuture(e);
          }
          var _ =
              ended.whenComplete(
                  (_, problem) -> {
                    if (problem != null) {
                      LOG.warnf("run %s cannot be killed: %s", run.id(), problem.getMessage());
                    }
                    attempt(run, before, after, LOOK_MILLIS_MIN);
                  });
        });
  }

  private void attempt(Run run, IoTask before, Runnable after, long pauseMillis) {
    pool.execute(
        () -> {
          if (removed(run, before, pauseMillis)) {
            run.turn(after);
            return;
          }
          long next = Math.min(2 * pauseMillis, LOOK_MILLIS_MAX);
          var _ =
              timer.schedule(
                  () -> attempt(run, before, after, next), pauseMillis, TimeUnit.MILLISECONDS);
        });
  }

  private boolean removed(Run run, IoTask before, long pauseMillis) {
    try {
      if (!machine.sandboxes().idle(run.key(), machine.directory(run.key()))) {
        if (pauseMillis == LOOK_MILLIS_MAX) {
          LOG.warnf("run %s is not removed yet: it has processes that do not die", run.id());
        }
        return false;
      }
      before.run();
      machine.sandboxes().discard(run.key(), machine.directory(run.key()));
      return true;
    } catch (IOException e) {
      LOG.warnf("run %s is not removed yet: %s", run.id(), e.getMessage());
      return false;
    }
  }

  /** What may fail. */
  interface IoTask {
    /** Does it. */
    void run() throws IOException;
  }
}
