package dev.gantry.image.mirror;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Leaves an upstream alone that wants to be, or that cannot be reached: as long as it says, else
 * twice as long each time. Thread-safe.
 */
final class BackOff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS_MAX = 5;

  private final LongSupplier nanos;
  private Failure failure = new Failure.Missing();
  private long until;
  private boolean on;
  private int failures;

  /** Asks at once; the clock is as {@link System#nanoTime}. */
  BackOff(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Why the upstream is not asked now; empty: it may be. */
  synchronized Optional<Failure> now() {
    long left = until - nanos.getAsLong();
    if (!on || left <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        failure instanceof Failure.Limited
            ? new Failure.Limited(Duration.ofNanos(left).plusMillis(999))
            : failure);
  }

  /** The upstream answered. */
  synchronized void answered() {
    on = false;
    failures = 0;
  }

  /** Nothing came of a question, for this reason. */
  synchronized void failed(Failure reason) {
    switch (reason) {
      case Failure.Limited(Duration delay) -> leaveAlone(reason, delay);
      case Failure.Away _ -> {
        leaveAlone(reason, FIRST.multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX)));
        failures++;
      }
      case Failure.Missing _, Failure.Denied _, Failure.Wrong _ -> answered();
      case Failure.Ours _ -> {
        // Tells nothing of the upstream.
      }
    }
  }

  private void leaveAlone(Failure reason, Duration delay) {
    failure = reason;
    until = nanos.getAsLong() + delay.toNanos();
    on = true;
  }
}
