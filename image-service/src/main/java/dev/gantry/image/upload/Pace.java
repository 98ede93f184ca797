package dev.gantry.image.upload;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a sender is worth waiting for: after a grace period its bytes must have come at a minimal
 * average rate. A sender that falls silent is cut off earlier, by the read timeout.
 *
 * @param bytesPerSecondMin the slowest average that is put up with
 * @param grace how long any rate is
 */
public record Pace(long bytesPerSecondMin, Duration grace) {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  public Pace {
    if (bytesPerSecondMin < 0 || grace.isNegative()) {
      throw new IllegalArgumentException("neither rate nor grace may be negative");
    }
  }

  /** Starts a stopwatch. */
  Watch start(LongSupplier nanoClock) {
    return new Watch(nanoClock, nanoClock.getAsLong());
  }

  /** One sender's stopwatch. */
  final class Watch {
    private final LongSupplier nanoClock;
    private final long start;

    private Watch(LongSupplier nanoClock, long start) {
      this.nanoClock = nanoClock;
      this.start = start;
    }

    boolean tooSlow(long bytes) {
      long late = nanoClock.getAsLong() - start - grace.toNanos();
      return late > 0 && bytes < bytesPerSecondMin * (late / NANOS_PER_SECOND);
    }
  }
}
