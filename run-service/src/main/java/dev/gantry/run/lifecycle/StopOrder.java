package dev.gantry.run.lifecycle;

import dev.gantry.events.ReasonCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stop that was asked for.
 *
 * @param signal to send; null: as the run's request or its image says
 * @param graceSeconds until SIGKILL; null: as the run's request says
 * @param at when it was accepted: the grace counts from here, over restarts of the service
 * @param reason of the exit that follows; null: STOPPED
 */
public record StopOrder(
    @Nullable String signal,
    @Nullable Integer graceSeconds,
    Instant at,
    @Nullable ReasonCode reason) {

  /** As somebody asks for it. */
  public static StopOrder of(@Nullable String signal, @Nullable Integer graceSeconds, Instant at) {
    return new StopOrder(signal, graceSeconds, at, null);
  }

  ReasonCode reasonOrStopped() {
    return reason == null ? ReasonCode.STOPPED : reason;
  }
}
