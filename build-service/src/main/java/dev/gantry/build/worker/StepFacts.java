package dev.gantry.build.worker;

import dev.gantry.build.execute.Progress;
import dev.gantry.build.log.BuildLog;
import dev.gantry.build.log.StepProgress;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.build.queue.BuildStore;
import dev.gantry.build.queue.Claim;
import dev.gantry.events.BuildEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes facts of steps. Those of steps from the cache are written together, since a transaction for
 * each would take longer than the steps: all are written when one must be done, behind one that
 * took its time, and with the end. Thread-safe: stages run side by side.
 */
final class StepFacts implements Progress {
  private static final int TOGETHER_MAX = 64;
  private static final long QUICK_MILLIS = 50;

  private final BuildStore store;
  private final Claim claim;
  private final BuildLog log;
  private final List<BuildEvent> waiting = new ArrayList<>();

  StepFacts(BuildStore store, Claim claim, BuildLog log) {
    this.store = store;
    this.claim = claim;
    this.log = log;
  }

  @Override
  public synchronized void started(String stage, PlannedStep step, int total) {
    log.progress(step.number(), step.at().text(), StepProgress.begun(total, stage));
    waiting.add(new BuildEvent.StepStarted(step.number(), total, stage, step.at().text()));
  }

  @Override
  public synchronized void executing() {
    flush();
  }

  @Override
  public synchronized void finished(String stage, PlannedStep step, int total, Finish finish) {
    log.progress(
        step.number(),
        step.at().text(),
        new StepProgress(
            total, stage, "done", finish.cached(), finish.cacheMiss(), finish.durationMillis()));
    waiting.add(
        new BuildEvent.StepFinished(
            step.number(),
            total,
            stage,
            step.at().text(),
            finish.cached(),
            finish.durationMillis(),
            finish.cacheMiss()));
    if (finish.durationMillis() > QUICK_MILLIS || waiting.size() >= TOGETHER_MAX) {
      flush();
    }
  }

  /** What is not written down yet, for whoever writes down the end. */
  synchronized List<BuildEvent> rest() {
    return List.copyOf(waiting);
  }

  synchronized void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      store.steps(claim, waiting);
      waiting.clear();
    } catch (SQLException e) {
      throw new IllegalStateException("steps cannot be written down", e);
    }
  }
}
