package dev.gantry.image.scrub;

import java.time.Duration;

/** Keeps a reader to a rate, by sleeping when it is ahead. One thread. */
final class Pacer {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long bytesPerSecondMax;
  private final long start = System.nanoTime();
  private long bytes;

  Pacer(long bytesPerSecondMax) {
    if (bytesPerSecondMax < 1) {
      throw new IllegalArgumentException(
          "gantry.scrub.bytes-per-second-max must be at least 1: " + bytesPerSecondMax);
    }
    this.bytesPerSecondMax = bytesPerSecondMax;
  }

  void read(int count) throws InterruptedException {
    bytes += count;
    long due = start + (long) (bytes * NANOS_PER_SECOND / bytesPerSecondMax);
    long early = due - System.nanoTime();
    if (early > 0) {
      Thread.sleep(Duration.ofNanos(early));
    }
  }
}
