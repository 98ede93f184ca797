package dev.gantry.build.cache;

import java.time.Instant;
import java.util.Optional;

/**
 * The result of a step.
 *
 * @param chain names the file system after the step, for the keys of the steps that follow
 * @param layer absent where the step changed no file
 * @param createdAt when the step was executed: a step from the cache keeps it, so that building the
 *     same again makes the same image
 */
public record CacheEntry(String chain, Optional<CachedLayer> layer, Instant createdAt) {}
