package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheDocument;
import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.CacheKey;
import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.publish.ImagePublisher;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Results of steps that hosts give to each other through the registry: an artifact whose config
 * tells the results and whose layers are theirs, under a tag.
 */
final class SharedCache {
  private static final int DOCUMENT_BYTES_MAX = 64 << 20;
  private static final int LAYERS_MAX = 1000;

  /** Nothing from anybody. */
  static final SharedCache NONE = new SharedCache(Map.of(), Map.of());

  private final Map<CacheKey, CacheEntry> entries;
  private final Map<String, StepInputs> slots;

  private SharedCache(Map<CacheKey, CacheEntry> entries, Map<String, StepInputs> slots) {
    this.entries = entries;
    this.slots = slots;
  }

  Optional<CacheEntry> find(CacheKey key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** What a place in a Dockerfile depended on where the cache comes from. */
  Optional<StepInputs> before(String slot) {
    return Optional.ofNullable(slots.get(slot));
  }

  /** Fetches the caches that a build may use. One that cannot be had costs time alone. */
  static SharedCache load(Engine.Parts parts, Job job) throws BuildFailedException {
    List<String> names = job.spec().cache().from();
    if (names.isEmpty()) {
      return NONE;
    }
    Map<CacheKey, CacheEntry> entries = new HashMap<>();
    Map<String, StepInputs> slots = new HashMap<>();
    for (String name : names) {
      job.cancellation().check();
      Reference reference = parts.images().target(name);
      try {
        for (CacheDocument.Item item : document(parts.registry(), reference).items()) {
          entries.putIfAbsent(item.key(), item.entry());
          slots.putIfAbsent(item.slot(), item.inputs());
        }
      } catch (IOException e) {
        job.log().say(null, "warning: no cache from " + name + ": " + e.getMessage());
      }
    }
    return new SharedCache(entries, slots);
  }

  private static CacheDocument document(RegistryClient registry, Reference reference)
      throws IOException {
    String repository = reference.repository();
    if (registry.manifest(repository, reference.manifestReference())
            instanceof ImageManifest manifest
        && manifest.config().mediaType().equals(CacheDocument.MEDIA_TYPE)) {
      return CacheDocument.parse(
          registry.blobBytes(repository, manifest.config(), DOCUMENT_BYTES_MAX), repository);
    }
    throw new IOException("it is an image, not a cache");
  }

  /** Gives what a build used and made to others. */
  static void store(
      ImagePublisher publisher, RegistryClient registry, Reference to, List<CacheDocument.Item> all)
      throws IOException {
    List<CacheDocument.Item> items = new ArrayList<>();
    Set<Descriptor> layers = new LinkedHashSet<>();
    for (CacheDocument.Item item : all) {
      Optional<CachedLayer> layer = item.entry().layer();
      if (layer.isPresent()) {
        if (layers.size() == LAYERS_MAX) {
          break;
        }
        publisher.carry(to.repository(), layer.get());
        layers.add(layer.get().blob());
      }
      items.add(item);
    }
    byte[] document = new CacheDocument(items).bytes();
    Descriptor config = Descriptor.of(CacheDocument.MEDIA_TYPE, document);
    registry.pushBlob(to.repository(), config, () -> new ByteArrayInputStream(document));
    registry.pushManifest(
        to.repository(),
        to.tag().orElse(Reference.DEFAULT_TAG),
        ImageManifest.of(config, List.copyOf(layers), Map.of()));
  }
}
