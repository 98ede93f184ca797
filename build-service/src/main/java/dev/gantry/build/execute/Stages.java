package dev.gantry.build.execute;

import dev.gantry.build.plan.PlannedStage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** What the stages of one build have come to, for those who wait for it. Thread-safe. */
final class Stages {
  private final Map<Integer, CompletableFuture<StageState>> results;

  /** None is built yet. */
  Stages(List<PlannedStage> planned) {
    this.results =
        planned.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    PlannedStage::index, stage -> new CompletableFuture<>()));
  }

  private CompletableFuture<StageState> result(int index) {
    CompletableFuture<StageState> result = results.get(index);
    if (result == null) {
      throw new IllegalStateException("stage " + index + " is needed and not planned");
    }
    return result;
  }

  /**
   * What a stage has come to; waits until it is built.
   *
   * @throws Cancellation.CancelledException when it will not be
   */
  StageState get(int index) {
    try {
      return result(index).join();
    } catch (CompletionException e) {
      throw new Cancellation.CancelledException();
    }
  }

  void done(int index, StageState state) {
    result(index).complete(state);
  }

  /** Nobody waits for it any more. */
  void failed(int index, Throwable problem) {
    result(index).completeExceptionally(problem);
  }
}
