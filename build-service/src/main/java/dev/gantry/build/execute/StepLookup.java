package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.CacheKey;
import dev.gantry.build.cache.StepCache;
import dev.gantry.build.cache.StepInputs;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Asks the cache for steps on behalf of one build, and believes it only where the layer's blob is
 * still there. Thread-safe.
 */
final class StepLookup {
  private final StepCache cache;
  private final BlobPresence blobs;

  StepLookup(StepCache cache, BlobPresence blobs) {
    this.cache = cache;
    this.blobs = blobs;
  }

  /**
   * A step's place in a Dockerfile.
   *
   * @param name the same for the same place of the same image, whatever its content
   * @param useCache whether a result that is known may be taken
   * @param news what changed in the steps before; empty where nothing did
   */
  record Slot(String name, boolean useCache, Optional<String> news) {}

  /** What the cache said. */
  sealed interface Answer {
    /** The step need not be executed. */
    record Hit(CacheEntry entry) implements Answer {}

    /** It must be, because of this. */
    record Miss(String reason) implements Answer {}
  }

  /** Asks for the result of these inputs at a place. */
  Answer ask(Slot slot, StepInputs inputs) throws SQLException, IOException {
    Optional<CacheEntry> entry = find(slot, inputs);
    if (entry.isPresent()) {
      cache.place(slot.name(), CacheKey.of(inputs));
      return new Answer.Hit(entry.get());
    }
    return new Answer.Miss(slot.useCache() ? reason(slot, inputs) : "the cache was not to be used");
  }

  private String reason(Slot slot, StepInputs inputs) throws SQLException {
    Optional<StepInputs> before = cache.before(slot.name());
    if (before.isEmpty()) {
      return "first build";
    }
    Optional<String> change = inputs.brief().changeSince(before.get());
    if (change.isPresent()) {
      return change.get();
    }
    if (inputs.parent().equals(before.get().parent())) {
      return "the cached result is gone";
    }
    return slot.news().map(news -> "follows " + news).orElse("what it builds on changed");
  }

  /** The result of these inputs, if it can be used. */
  Optional<CacheEntry> find(Slot slot, StepInputs inputs) throws SQLException, IOException {
    if (!slot.useCache()) {
      return Optional.empty();
    }
    CacheKey key = CacheKey.of(inputs);
    Optional<CacheEntry> entry = cache.find(key);
    if (entry.isEmpty() || entry.get().layer().isEmpty() || blobs.has(entry.get().layer().get())) {
      return entry;
    }
    cache.forget(key);
    return Optional.empty();
  }

  /** Remembers a result. */
  void remember(StepInputs inputs, CacheEntry entry) {
    cache.store(CacheKey.of(inputs), inputs, entry);
  }

  /** Remembers what a place depends on now. */
  void place(Slot slot, StepInputs inputs) {
    cache.place(slot.name(), CacheKey.of(inputs));
  }
}
