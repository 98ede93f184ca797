package dev.gantry.launcher.process;

import java.time.Duration;

/**
 * How long to wait before a child that died is started again: 100 ms after a life of more than a
 * minute, and twice the wait before after a shorter one, 10 s at most.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration LONG_LIFE = Duration.ofMinutes(1);

  private Duration next = FIRST;

  /** The wait after a life of this length. */
  Duration after(Duration life) {
    if (life.compareTo(LONG_LIFE) > 0) {
      next = FIRST;
    }
    Duration wait = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return wait;
  }
}
