package dev.gantry.image.mirror;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Until when what is here is believed; nothing is after a start, and of very many only those asked
 * for last. Thread-safe.
 */
final class Freshness {
  private static final int KEPT_MAX = 10_000;

  private final LongSupplier nanos;
  private final Map<String, Long> until =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > KEPT_MAX;
        }
      };

  /** Believes nothing yet; the clock is as {@link System#nanoTime}. */
  Freshness(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Believes it for so long from now. */
  synchronized void mark(String key, Duration duration) {
    long millis = Math.min(duration.toMillis(), Duration.ofDays(365).toMillis());
    until.put(key, nanos.getAsLong() + millis * 1_000_000);
  }

  /** Whether it is believed. */
  synchronized boolean is(String key) {
    Long then = until.get(key);
    return then != null && then - nanos.getAsLong() > 0;
  }
}
