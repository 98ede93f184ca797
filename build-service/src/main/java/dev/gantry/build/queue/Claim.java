package dev.gantry.build.queue;

import dev.gantry.events.BuildSpec;
import java.time.Instant;

/**
 * A worker's right to a build, until its lease ends or another attempt begins.
 *
 * @param cancelled whether it is to be cancelled, not built
 */
public record Claim(String id, BuildSpec spec, int attempt, Instant startedAt, boolean cancelled) {}
