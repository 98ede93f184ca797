package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.CacheKey;
import dev.gantry.build.cache.StepCache;
import dev.gantry.build.cache.StepInputs;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** Asks the cache for steps, and believes it only where the layer's blob is still there. */
final class StepLookup {
  private final StepCache cache;
  private final RegistryClient registry;
  private final boolean useCache;

  StepLookup(StepCache cache, RegistryClient registry, boolean useCache) {
    this.cache = cache;
    this.registry = registry;
    this.useCache = useCache;
  }

  /** What the cache said. */
  sealed interface Answer {
    /** The step need not be executed. */
    record Hit(CacheEntry entry) implements Answer {}

    /** It must be, because of this. */
    record Miss(String reason) implements Answer {}
  }

  /** Asks for the result of these inputs at a place that is known by its slot. */
  Answer ask(String slot, StepInputs inputs) throws SQLException, IOException {
    CacheKey key = CacheKey.of(inputs);
    Optional<StepInputs> before = cache.exchange(slot, key);
    Optional<CacheEntry> entry = find(inputs);
    if (entry.isPresent()) {
      return new Answer.Hit(entry.get());
    }
    if (!useCache) {
      return new Answer.Miss("the cache was not to be used");
    }
    return new Answer.Miss(before.map(inputs::changeSince).orElse("first build"));
  }

  /** The result of these inputs, if it can be used. */
  Optional<CacheEntry> find(StepInputs inputs) throws SQLException, IOException {
    if (!useCache) {
      return Optional.empty();
    }
    CacheKey key = CacheKey.of(inputs);
    Optional<CacheEntry> entry = cache.find(key);
    if (entry.isEmpty() || entry.get().layer().isEmpty()) {
      return entry;
    }
    var layer = entry.get().layer().get();
    if (registry.hasBlob(layer.repository(), layer.blob().digest())) {
      return entry;
    }
    cache.forget(key);
    return Optional.empty();
  }

  /** Remembers a result. */
  void remember(StepInputs inputs, CacheEntry entry) throws SQLException {
    cache.store(CacheKey.of(inputs), inputs, entry);
  }
}
