package dev.gantry.run.node;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * The service's threads: platform threads, for what they do is system calls.
 *
 * @param runs for the turns of runs
 * @param waiting for those that wait for registries
 * @param unpacking for layers
 * @param removing for what is left of runs
 * @param timer for what is due later; its tasks are short
 * @param background for what may wait for Kafka and PostgreSQL
 */
record Pools(
    ExecutorService runs,
    ExecutorService waiting,
    ExecutorService unpacking,
    ExecutorService removing,
    ScheduledExecutorService timer,
    ScheduledExecutorService background)
    implements AutoCloseable {
  private static final int WAITING = 32;
  private static final int UNPACKING = 4;
  private static final int REMOVING = 4;
  private static final int BACKGROUND = 3;

  static Pools open() {
    int cpus = Runtime.getRuntime().availableProcessors();
    return new Pools(
        Executors.newFixedThreadPool(Math.max(4, 2 * cpus), named("runs-")),
        Executors.newFixedThreadPool(WAITING, named("pull-")),
        Executors.newFixedThreadPool(UNPACKING, named("layers-")),
        Executors.newFixedThreadPool(REMOVING, named("removing-")),
        Executors.newSingleThreadScheduledExecutor(named("timer-")),
        Executors.newScheduledThreadPool(BACKGROUND, named("background-")));
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().daemon().name(prefix, 0).factory();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    background.shutdownNow();
    waiting.shutdownNow();
    unpacking.shutdownNow();
    removing.shutdownNow();
    runs.shutdownNow();
  }
}
