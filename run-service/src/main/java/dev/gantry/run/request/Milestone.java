package dev.gantry.run.request;

import dev.gantry.events.RunLifecycle;
import dev.gantry.run.lifecycle.RunView;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Something in the life of a run that can be waited for. */
enum Milestone {
  /** Its process runs, or it is over. */
  STARTED,
  /** Its check says that it does its work. */
  HEALTHY,
  /** It is over. */
  EXIT;

  /** Where a run stands. */
  enum Distance {
    REACHED,
    AHEAD,
    NEVER
  }

  static Optional<Milestone> parse(String text) {
    return Arrays.stream(values())
        .filter(milestone -> milestone.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst();
  }

  Distance of(RunView run) {
    RunLifecycle state = run.state();
    return switch (this) {
      case EXIT -> state.hasOutcome() ? Distance.REACHED : Distance.AHEAD;
      case STARTED ->
          state instanceof RunLifecycle.Running || state.hasOutcome()
              ? Distance.REACHED
              : Distance.AHEAD;
      case HEALTHY -> healthy(state);
    };
  }

  private static Distance healthy(RunLifecycle state) {
    if (state instanceof RunLifecycle.Running running) {
      return switch (running.health()) {
        case HEALTHY -> Distance.REACHED;
        case NONE -> Distance.NEVER;
        case STARTING, UNHEALTHY -> Distance.AHEAD;
      };
    }
    return state.hasOutcome() ? Distance.NEVER : Distance.AHEAD;
  }
}
