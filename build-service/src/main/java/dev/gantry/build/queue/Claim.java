package dev.gantry.build.queue;

import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildSpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker's right to a build, until its lease ends or another attempt begins.
 *
 * @param cancelled whether it is to be cancelled, not built
 * @param stored the files, where an earlier attempt has stored them
 */
public record Claim(
    String id,
    BuildSpec spec,
    int attempt,
    Instant startedAt,
    boolean cancelled,
    @Nullable BuildContext stored) {}
