package dev.gantry.build.execute;

import dev.gantry.build.plan.PlannedStage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Builds the stages of one build side by side: each begins at once and waits where it needs another
 * one. The first that fails ends all.
 */
final class StageCrew {
  private static final int TOGETHER_MAX = Math.max(4, Runtime.getRuntime().availableProcessors());

  private final StageRunner runner;
  private final Stages stages;
  private final Cancellation cancellation;
  private @Nullable Throwable failure;

  /** Ends the stages that still run by this cancellation, which must be the build's own. */
  StageCrew(StageRunner runner, StepContext context) {
    this.runner = runner;
    this.stages = context.stages();
    this.cancellation = context.job().cancellation();
  }

  /**
   * Builds all; no thread is left at work when it returns.
   *
   * @param planned each after those that it needs
   */
  void build(List<PlannedStage> planned)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    if (planned.size() == 1) {
      attempt(planned.getFirst());
    } else {
      together(planned);
    }
    rethrow();
  }

  /**
   * In the order of the plan: so the first that is not done never waits for one that has no thread.
   */
  private void together(List<PlannedStage> planned) throws InterruptedException {
    int threads = Math.min(TOGETHER_MAX, planned.size());
    try (ExecutorService crew =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("stage-", 0).factory())) {
      List<Future<?>> work = new ArrayList<>();
      for (PlannedStage stage : planned) {
        work.add(crew.submit(() -> attempt(stage)));
      }
    }
  }

  private void attempt(PlannedStage stage) {
    try {
      stages.done(stage.index(), runner.run(stage));
    } catch (Exception | Error e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      failed(e);
      stages.failed(stage.index(), e);
    }
  }

  private void failed(Throwable problem) {
    synchronized (this) {
      if (failure == null) {
        failure = problem;
      }
    }
    cancellation.cancel(Cancellation.Cause.FAILED);
  }

  private synchronized void rethrow()
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    switch (failure) {
      case null -> {}
      case BuildFailedException e -> throw e;
      case IOException e -> throw e;
      case SQLException e -> throw e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
