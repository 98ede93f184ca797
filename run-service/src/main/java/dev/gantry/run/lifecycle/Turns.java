package dev.gantry.run.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Executes the tasks of one run one after the other, in the order given, on a shared pool. */
final class Turns implements Executor {
  private static final Logger LOG = Logger.getLogger(Turns.class);

  private final Executor pool;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  Turns(Executor pool) {
    this.pool = pool;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
      if (busy) {
        return;
      }
      busy = true;
    }
    pool.execute(this::work);
  }

  private void work() {
    Runnable task = next();
    while (task != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.error("a step of a run failed unexpectedly", e);
      }
      task = next();
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable task = waiting.poll();
      busy = task != null;
      return task;
    }
  }
}
