package dev.gantry.run.pull;

import dev.gantry.oci.content.BlobWriter;
import dev.gantry.oci.content.ContentStore;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.ImageIndex;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.image.Manifest;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Manifests and configs by digest, on disk, the latest in memory too: fetched once. */
final class ManifestCache {
  private static final Logger LOG = Logger.getLogger(ManifestCache.class);
  private static final int IN_MEMORY_MAX = 512;
  private static final int CONFIG_BYTES_MAX = 4 << 20;

  private final ContentStore store;
  private final Platform platform;
  private final Map<Digest, ResolvedImage> recent =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Digest, ResolvedImage> eldest) {
              return size() > IN_MEMORY_MAX;
            }
          });

  ManifestCache(ContentStore store, Platform platform) {
    this.store = store;
    this.platform = platform;
  }

  /**
   * The image of a manifest, or of an index for this host's platform.
   *
   * @param registry to fetch from what is missing; null: what is not here is not there
   */
  Optional<ResolvedImage> find(Digest digest, String repository, @Nullable RegistryClient registry)
      throws IOException {
    ResolvedImage known = recent.get(digest);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<ImageManifest> manifest = imageManifest(digest, repository, registry);
    if (manifest.isEmpty()) {
      return Optional.empty();
    }
    Descriptor descriptor = manifest.get().config();
    Optional<byte[]> bytes = read(descriptor.digest());
    if (bytes.isEmpty() && registry != null) {
      byte[] fetched = registry.blobBytes(repository, descriptor, CONFIG_BYTES_MAX);
      write(descriptor.digest(), fetched);
      bytes = Optional.of(fetched);
    }
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    ResolvedImage image = new ResolvedImage(manifest.get(), ImageConfig.parse(bytes.get()));
    recent.put(digest, image);
    return Optional.of(image);
  }

  /** The blobs that an image is described by: index, manifest, config, as far as they are here. */
  Set<Digest> blobs(Digest digest) throws IOException {
    Set<Digest> blobs = new LinkedHashSet<>();
    blobs.add(digest);
    try {
      imageManifest(digest, "", null)
          .ifPresent(
              manifest -> {
                blobs.add(manifest.digest());
                blobs.add(manifest.config().digest());
              });
    } catch (InvalidImageException | UnfitImageException e) {
      LOG.debugf("%s is no image: %s", digest, e.getMessage());
    }
    return blobs;
  }

  /** Forgets an image. */
  void remove(Digest digest, Set<Digest> blobs) throws IOException {
    recent.remove(digest);
    for (Digest blob : blobs) {
      store.delete(blob);
    }
  }

  private Optional<ImageManifest> imageManifest(
      Digest digest, String repository, @Nullable RegistryClient registry) throws IOException {
    Optional<Manifest> manifest = manifest(digest, repository, registry);
    if (manifest.isPresent() && manifest.get() instanceof ImageIndex index) {
      Descriptor selected =
          index
              .select(platform)
              .orElseThrow(() -> new UnfitImageException("it has no variant for " + platform));
      manifest = manifest(selected.digest(), repository, registry);
    }
    if (manifest.isEmpty()) {
      return Optional.empty();
    }
    if (manifest.get() instanceof ImageManifest image) {
      return Optional.of(image);
    }
    throw new InvalidImageException("index", "an index in an index is no image");
  }

  private Optional<Manifest> manifest(
      Digest digest, String repository, @Nullable RegistryClient registry) throws IOException {
    Optional<byte[]> bytes = read(digest);
    if (bytes.isPresent()) {
      return Optional.of(Manifest.parse(bytes.get(), ""));
    }
    if (registry == null) {
      return Optional.empty();
    }
    Manifest fetched = registry.manifest(repository, digest.toString());
    write(digest, fetched.bytes());
    return Optional.of(fetched);
  }

  private Optional<byte[]> read(Digest digest) throws IOException {
    Optional<Path> file = store.find(digest);
    return file.isPresent() ? Optional.of(Files.readAllBytes(file.get())) : Optional.empty();
  }

  private void write(Digest digest, byte[] bytes) throws IOException {
    try (BlobWriter writer = store.begin(digest.algorithm())) {
      writer.write(bytes);
      writer.commit(digest);
    }
  }
}
