package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheDocument;
import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.CacheKey;
import dev.gantry.build.cache.StepCache;
import dev.gantry.build.cache.StepInputs;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Asks the cache for steps on behalf of one build, and believes it only where the layer's blob is
 * still there. Thread-safe.
 */
final class StepLookup {
  private static final Comparator<CacheKey> BY_VALUE = Comparator.comparing(CacheKey::value);

  private final StepCache cache;
  private final BlobPresence blobs;
  private final SharedCache shared;
  private final Map<CacheKey, CacheDocument.Item> used = new ConcurrentSkipListMap<>(BY_VALUE);

  /**
   * Asks these.
   *
   * @param shared what other hosts gave
   */
  StepLookup(StepCache cache, BlobPresence blobs, SharedCache shared) {
    this.cache = cache;
    this.blobs = blobs;
    this.shared = shared;
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
      place(slot, inputs, entry.get());
      return new Answer.Hit(entry.get());
    }
    return new Answer.Miss(slot.useCache() ? reason(slot, inputs) : "the cache was not to be used");
  }

  private String reason(Slot slot, StepInputs inputs) throws SQLException {
    Optional<StepInputs> here = cache.before(slot.name());
    Optional<StepInputs> before = here.isPresent() ? here : shared.before(slot.name());
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
    Optional<CacheEntry> here = cache.find(key);
    if (here.isPresent() && usable(here.get())) {
      return here;
    }
    if (here.isPresent()) {
      cache.forget(key);
    }
    Optional<CacheEntry> elsewhere = shared.find(key);
    if (elsewhere.isPresent() && usable(elsewhere.get())) {
      cache.store(key, inputs, elsewhere.get());
      return elsewhere;
    }
    return Optional.empty();
  }

  private boolean usable(CacheEntry entry) throws IOException {
    return entry.layer().isEmpty() || blobs.has(entry.layer().get());
  }

  /** Remembers a result. */
  void remember(StepInputs inputs, CacheEntry entry) {
    cache.store(CacheKey.of(inputs), inputs, entry);
  }

  /** Remembers what a place depends on now, and what came of it. */
  void place(Slot slot, StepInputs inputs, CacheEntry entry) {
    CacheKey key = CacheKey.of(inputs);
    cache.place(slot.name(), key);
    used.put(key, new CacheDocument.Item(slot.name(), key, inputs.brief(), entry));
  }

  /** Writes down what is new: it is not to be lost with this process. */
  void write() {
    cache.flush();
  }

  /** What this build took from the cache or made, for others. */
  List<CacheDocument.Item> used() {
    return List.copyOf(used.values());
  }
}
