package dev.gantry.build.execute;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which layers the registry has. One that was there a moment ago is not asked for again: builds
 * follow each other, and a registry lets go of nothing that fast. Bounded. Thread-safe.
 */
public final class BlobPresence {
  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final int REMEMBERED_MAX = 10_000;

  private final RegistryClient registry;
  private final Map<String, Long> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** Nothing is known yet. */
  public BlobPresence(RegistryClient registry) {
    this.registry = registry;
  }

  /** Whether the layer's blob is in its repository. */
  boolean has(CachedLayer layer) throws IOException {
    String name = layer.repository() + "@" + layer.blob().digest();
    synchronized (this) {
      Long at = seen.get(name);
      if (at != null && System.nanoTime() - at < FRESH.toNanos()) {
        return true;
      }
    }
    boolean there = registry.hasBlob(layer.repository(), layer.blob().digest());
    synchronized (this) {
      seen.remove(name);
      if (there) {
        seen.put(name, System.nanoTime());
      }
    }
    return there;
  }
}
