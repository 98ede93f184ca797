package dev.gantry.image.collect;

import java.time.Instant;

/**
 * What a collection has thrown away, or would have.
 *
 * @param dryRun whether it only would have
 * @param manifests that no tag, index or subject kept
 * @param links of repositories to blobs that none of their manifests names
 * @param blobs whose bytes are gone
 * @param freedBytes of those blobs
 * @param uploads that nobody went on with
 * @param keptLinks that no manifest names yet, kept because they are new or held by name
 * @param keptBlobs that no repository links yet, kept because they are new
 */
public record Report(
    boolean dryRun,
    Instant startedAt,
    double seconds,
    long manifests,
    long links,
    long blobs,
    long freedBytes,
    long uploads,
    long keptLinks,
    long keptBlobs) {}
