package dev.gantry.run.health;

import dev.gantry.events.Health;
import dev.gantry.events.HealthCheck;
import java.time.Duration;
import java.time.Instant;

/**
 * What results in a row amount to, as with Docker: a success makes a run healthy and ends its start
 * period; in that period failures do not count; then so many in a row make it unhealthy. Never
 * changes.
 *
 * @param failures in a row that count
 * @param starting whether no probe has succeeded yet
 */
public record Streak(Health health, int failures, boolean starting) {
  /** Of a run that has just started. */
  public static final Streak BEGIN = new Streak(Health.STARTING, 0, true);

  /** Of a run that was so when it was last looked at. */
  public static Streak resumed(Health health) {
    return new Streak(health, 0, health == Health.STARTING);
  }

  /** With one more result. */
  Streak after(ProbeResult result, Instant startedAt, HealthCheck.Timing timing) {
    if (result.ok()) {
      return new Streak(Health.HEALTHY, 0, false);
    }
    if (starting && inStartPeriod(result.startedAt(), startedAt, timing)) {
      return this;
    }
    int now = failures + 1;
    return new Streak(now >= timing.failuresMax() ? Health.UNHEALTHY : health, now, starting);
  }

  /** How long to wait for the next probe. */
  Duration pause(Instant now, Instant startedAt, HealthCheck.Timing timing) {
    return starting && inStartPeriod(now, startedAt, timing)
        ? timing.startInterval()
        : timing.interval();
  }

  private static boolean inStartPeriod(Instant at, Instant startedAt, HealthCheck.Timing timing) {
    return at.isBefore(startedAt.plus(timing.startPeriod()));
  }
}
