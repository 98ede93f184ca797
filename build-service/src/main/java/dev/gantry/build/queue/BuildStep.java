package dev.gantry.build.queue;

import org.jspecify.annotations.Nullable;

/**
 * A step of the present attempt.
 *
 * @param state {@code running} or {@code done}
 */
public record BuildStep(
    int number,
    int total,
    String stage,
    String instruction,
    String state,
    boolean cached,
    @Nullable String cacheMiss,
    @Nullable Long durationMillis) {}
