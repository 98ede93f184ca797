package dev.gantry.bus;

import java.time.Duration;

/** Pauses between attempts: doubling, from 50 ms to 5 s. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private Duration next = FIRST;

  /** How long to pause now. */
  Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return pause;
  }

  /** The attempt succeeded: the next failure pauses briefly again. */
  void reset() {
    next = FIRST;
  }
}
