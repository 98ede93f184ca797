package dev.gantry.run.lifecycle;

import dev.gantry.events.Health;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RestartPolicy;
import dev.gantry.events.RunEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the facts of a run say beyond its state: all that decides about its next attempt, so that
 * the decision is the same after a crash.
 *
 * @param firstStartedAt null: it never was
 * @param restarts how often it has been started again
 * @param retries how often by its policy, since somebody last asked for a restart
 * @param delay before the last restart by the policy; zero where none was since
 * @param health of the last attempt
 * @param healthySince null: it is not healthy
 * @param healthyLongest how long it has been at a time in this attempt, but for the last time
 * @param changed what an update has changed; null: nothing
 */
public record History(
    @Nullable Instant firstStartedAt,
    int restarts,
    int retries,
    Duration delay,
    Health health,
    @Nullable Instant healthySince,
    Duration healthyLongest,
    @Nullable Changed changed) {
  /** Before the first fact. */
  public static final History NONE =
      new History(null, 0, 0, Duration.ZERO, Health.NONE, null, Duration.ZERO, null);

  /** What is in force in place of what the request says. */
  public record Changed(Resources resources, RestartPolicy restart) {}

  /** With one more fact. */
  History after(RunEvent event, Instant at) {
    return switch (event) {
      case RunEvent.Started started ->
          new History(
              firstStartedAt == null ? started.startedAt() : firstStartedAt,
              restarts,
              retries,
              delay,
              started.health() == null ? Health.NONE : started.health(),
              null,
              Duration.ZERO,
              changed);
      case RunEvent.Restarting again -> again(again);
      case RunEvent.Healthy _ -> withHealth(Health.HEALTHY, at, healthyLongest);
      case RunEvent.Unhealthy _ -> withHealth(Health.UNHEALTHY, null, healthyFor(at));
      case RunEvent.Updated updated ->
          new History(
              firstStartedAt,
              restarts,
              retries,
              delay,
              health,
              healthySince,
              healthyLongest,
              new Changed(updated.resources(), updated.restart()));
      case RunEvent.Accepted _,
          RunEvent.Placed _,
          RunEvent.Pulling _,
          RunEvent.Created _,
          RunEvent.OomKilled _,
          RunEvent.Paused _,
          RunEvent.Unpaused _,
          RunEvent.Exited _,
          RunEvent.Stopped _,
          RunEvent.Removed _,
          RunEvent.Rejected _,
          RunEvent.Lost _ ->
          this;
    };
  }

  /** How long it has been healthy at a time in this attempt, at most. */
  Duration healthyFor(Instant until) {
    Duration last = healthySince == null ? Duration.ZERO : Duration.between(healthySince, until);
    return last.compareTo(healthyLongest) > 0 ? last : healthyLongest;
  }

  private History again(RunEvent.Restarting again) {
    boolean requested = again.reason() == ReasonCode.RESTART_REQUESTED;
    return new History(
        firstStartedAt,
        again.restarts(),
        requested ? 0 : retries + 1,
        requested ? Duration.ZERO : Duration.ofMillis(again.delayMillis()),
        health,
        null,
        Duration.ZERO,
        changed);
  }

  private History withHealth(Health now, @Nullable Instant since, Duration longest) {
    return new History(firstStartedAt, restarts, retries, delay, now, since, longest, changed);
  }
}
