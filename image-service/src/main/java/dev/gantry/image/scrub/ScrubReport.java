package dev.gantry.image.scrub;

import java.time.Instant;
import java.util.List;

/**
 * What a scrub has found, by its end or so far.
 *
 * @param running whether it goes on
 * @param blobs that were read
 * @param readBytes of those blobs
 * @param corruptBlobs that are in quarantine now
 * @param missingBlobs that a repository has, and the store has not
 * @param corrupt digests of the corrupt ones, the first of them
 * @param missing digests of the missing ones, the first of them
 */
public record ScrubReport(
    boolean running,
    Instant startedAt,
    double seconds,
    long blobs,
    long readBytes,
    long corruptBlobs,
    long missingBlobs,
    List<String> corrupt,
    List<String> missing) {}
