package dev.gantry.run.lifecycle;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests to one run that have been accepted, the latest of them: a record that the bus
 * delivers again is an old one. Thread-safe.
 */
final class Seen {
  private static final int KEPT = 256;

  private final Map<String, Ordered> requests =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ordered> eldest) {
          return size() > KEPT;
        }
      };

  synchronized @Nullable Ordered find(String key) {
    return requests.get(key);
  }

  /** The one that was there already; null: there was none. */
  synchronized @Nullable Ordered add(String key, Ordered ordered) {
    return requests.putIfAbsent(key, ordered);
  }
}
