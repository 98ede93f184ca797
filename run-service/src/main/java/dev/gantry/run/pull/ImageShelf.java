package dev.gantry.run.pull;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.registry.ResolvedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The images that are here: what describes them, their layers, their names, and who needs them.
 *
 * @param holds guards the removal of an image, too: none is removed while one is taken into use
 */
record ImageShelf(ManifestCache manifests, LayerCache layers, KnownImages known, ImageHolds holds) {
  private static final Logger LOG = Logger.getLogger(ImageShelf.class);

  /** An image that is wholly here; empty when a part of it is missing. */
  Optional<PulledImage> local(String digest) {
    try {
      Optional<ResolvedImage> image = manifests.find(Digest.parse(digest), "", null);
      if (image.isEmpty()) {
        return Optional.empty();
      }
      List<Path> paths = new ArrayList<>();
      for (Digest layer : image.get().config().diffIds()) {
        Optional<Path> path = layers.find(layer);
        if (path.isEmpty()) {
          return Optional.empty();
        }
        paths.add(path.get());
      }
      return Optional.of(new PulledImage(digest, image.get().config().container(), paths));
    } catch (IOException e) {
      LOG.warnf("image %s cannot be read: %s", digest, e.getMessage());
      return Optional.empty();
    }
  }

  /** A run needs an image from now on. */
  void hold(String run, String digest) {
    synchronized (holds) {
      holds.hold(run, digest);
    }
  }

  /** The layers of an image, as far as its description is here. */
  List<Digest> layersOf(String digest) {
    try {
      return manifests
          .find(Digest.parse(digest), "", null)
          .map(image -> image.config().diffIds())
          .orElse(List.of());
    } catch (IOException e) {
      LOG.warnf("image %s cannot be read: %s", digest, e.getMessage());
      return List.of();
    }
  }

  /** The layers that images have which are known or held. */
  Set<Digest> neededLayers() {
    return neededLayers(Set.of(), Set.of());
  }

  /** The layers that would be needed without these runs and images; those of pulls are. */
  Set<Digest> neededLayers(Set<String> goneRuns, Set<String> goneImages) {
    Set<Digest> needed = new HashSet<>(layers.pinned());
    images(goneRuns, goneImages).forEach(image -> needed.addAll(layersOf(image)));
    return needed;
  }

  private Set<String> images(Set<String> goneRuns, Set<String> goneImages) {
    Set<String> images = new HashSet<>();
    known.all().forEach(image -> images.add(image.digest()));
    images.removeAll(goneImages);
    images.addAll(holds.heldWithout(goneRuns));
    return images;
  }

  /**
   * Removes a layer that no image has which is known or held.
   *
   * @return whether it was there and is gone
   */
  boolean removeLayer(Digest layer) throws IOException {
    Optional<String> retired;
    synchronized (holds) {
      retired = neededLayers().contains(layer) ? Optional.empty() : layers.retire(layer);
    }
    if (retired.isEmpty()) {
      return false;
    }
    layers.discard(retired.get());
    LOG.infof("layer %s removed", layer.shortHex());
    return true;
  }

  /**
   * Removes an image that nobody holds; its layers stay for now.
   *
   * @return whether it is gone
   */
  boolean removeImage(String digest) throws IOException {
    synchronized (holds) {
      if (holds.held().contains(digest)) {
        return false;
      }
      Digest parsed = Digest.parse(digest);
      Set<Digest> blobs = manifests.blobs(parsed);
      known.forget(digest);
      save();
      for (String other : images(Set.of(), Set.of())) {
        blobs.removeAll(manifests.blobs(Digest.parse(other)));
      }
      manifests.remove(parsed, blobs);
      LOG.infof("image %s removed", digest);
      return true;
    }
  }

  /** An image is wholly here, and a name means it. */
  void used(String name, String digest) throws IOException {
    if (known.used(name, digest)) {
      save();
    }
  }

  /**
   * Writes what is known. On a full disk that is left to the next time, or nothing could be removed
   * from it.
   */
  void save() throws IOException {
    try {
      known.save();
    } catch (IOException e) {
      if (!PullFailure.storageFull(e)) {
        throw e;
      }
      LOG.warnf("which images are here cannot be written yet: %s", e.getMessage());
    }
  }
}
