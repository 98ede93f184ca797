package dev.gantry.build.execute;

import dev.gantry.build.plan.PlannedStep;
import org.jspecify.annotations.Nullable;

/**
 * Hears of steps, of one thing at a time; those of stages that need not wait for each other mix.
 */
public interface Progress {
  /** A step of a stage begins; the plan has so many in all. */
  void started(String stage, PlannedStep step, int total);

  /** The step is not in the cache: from now on it takes time. */
  void executing();

  /** It is done. */
  void finished(String stage, PlannedStep step, int total, Finish finish);

  /**
   * How a step ended.
   *
   * @param cacheMiss why it was not in the cache; absent where it was
   */
  record Finish(boolean cached, @Nullable String cacheMiss, long durationMillis) {}
}
