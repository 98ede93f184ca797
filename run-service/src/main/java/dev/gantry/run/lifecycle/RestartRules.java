package dev.gantry.run.lifecycle;

import dev.gantry.events.Health;
import dev.gantry.events.RestartPolicy;
import java.time.Duration;

/** Whether a run whose process has ended starts again, and when. Pure. */
final class RestartRules {
  static final Duration DELAY_MIN = Duration.ofMillis(100);
  static final Duration DELAY_MAX = Duration.ofSeconds(60);

  /** A run that has done its work for so long begins with the shortest delay again. */
  static final Duration PROVEN_AFTER = Duration.ofMinutes(1);

  private RestartRules() {}

  /** What follows the end of an attempt. */
  sealed interface Decision {
    /** Nothing: that was the outcome. */
    record Over() implements Decision {}

    /**
     * Another attempt.
     *
     * @param requested by a command, not by the policy
     * @param restarts how many there have been with this one
     */
    record Again(boolean requested, int restarts, Duration delay) implements Decision {}
  }

  /**
   * What somebody wants of a run.
   *
   * @param end it shall end: it was stopped, killed or is to be removed
   * @param again it shall start again, now
   */
  record Wanted(boolean end, boolean again) {}

  /** A requested end beats a requested restart, and both beat the policy. */
  static Decision decide(End end, Wanted wanted, RestartPolicy policy, History history) {
    if (wanted.end()) {
      return new Decision.Over();
    }
    int restarts = history.restarts() + 1;
    if (wanted.again()) {
      return new Decision.Again(true, restarts, Duration.ZERO);
    }
    return applies(end, policy, history)
        ? new Decision.Again(false, restarts, delay(end, history))
        : new Decision.Over();
  }

  private static boolean applies(End end, RestartPolicy policy, History history) {
    return switch (policy.kind()) {
      case NO -> false;
      case ALWAYS, UNLESS_STOPPED -> true;
      case ON_FAILURE ->
          end.failed() && (policy.maxRetries() == 0 || history.retries() < policy.maxRetries());
    };
  }

  private static Duration delay(End end, History history) {
    if (history.delay().isZero() || proven(end, history)) {
      return DELAY_MIN;
    }
    Duration twice = history.delay().multipliedBy(2);
    return twice.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : twice;
  }

  private static boolean proven(End end, History history) {
    return history.health() == Health.NONE
        ? end.ran().compareTo(PROVEN_AFTER) >= 0
        : history.healthyFor(end.exitedAt()).compareTo(PROVEN_AFTER) >= 0;
  }
}
