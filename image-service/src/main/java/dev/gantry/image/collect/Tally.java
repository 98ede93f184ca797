package dev.gantry.image.collect;

import java.time.Duration;
import java.time.Instant;

/** Counts for a {@link Report}. One thread. */
final class Tally {
  private static final double MILLIS_PER_SECOND = 1000.0;

  private final Instant start = Instant.now();
  private long manifests;
  private long links;
  private long keptLinks;
  private long blobs;
  private long freedBytes;
  private long keptBlobs;
  private long uploads;

  Instant start() {
    return start;
  }

  void manifests(int count) {
    manifests += count;
  }

  void links(int gone, long kept) {
    links += gone;
    keptLinks += kept;
  }

  void blob(long bytes) {
    blobs++;
    freedBytes += bytes;
  }

  void keptBlob() {
    keptBlobs++;
  }

  void uploads(long count) {
    uploads += count;
  }

  Report report(boolean dryRun) {
    double seconds = Duration.between(start, Instant.now()).toMillis() / MILLIS_PER_SECOND;
    return new Report(
        dryRun, start, seconds, manifests, links, blobs, freedBytes, uploads, keptLinks, keptBlobs);
  }
}
