package dev.gantry.run.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stop that was asked for.
 *
 * @param signal to send; null: as the run's request or its image says
 * @param graceSeconds until SIGKILL; null: as the run's request says
 * @param at when it was accepted: the grace counts from here, over restarts of the service
 */
public record StopOrder(@Nullable String signal, @Nullable Integer graceSeconds, Instant at) {}
