package dev.gantry.run.pull;

import dev.gantry.linux.file.TreeSize;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What images are on this host, and what their layers take.
 *
 * @param images the most recently used first
 * @param layers how many layers there are
 * @param bytes of all layers, each counted once
 * @param sharedBytes of layers that several images have
 * @param reclaimableBytes of layers that no image has which a run uses
 */
public record ImageInventory(
    List<HostImage> images, int layers, long bytes, long sharedBytes, long reclaimableBytes) {
  /** Copies the list. */
  public ImageInventory {
    images = List.copyOf(images);
  }

  static ImageInventory of(ImageShelf shelf) throws IOException {
    Map<Digest, Integer> owners = new HashMap<>();
    Map<String, Set<Digest>> layersOf = new HashMap<>();
    Set<Digest> used = new HashSet<>();
    Set<String> held = shelf.holds().held();
    for (KnownImage image : shelf.known().all()) {
      Set<Digest> layers = Set.copyOf(shelf.layersOf(image.digest()));
      layersOf.put(image.digest(), layers);
      layers.forEach(layer -> owners.merge(layer, 1, Integer::sum));
    }
    held.forEach(digest -> used.addAll(shelf.layersOf(digest)));
    Set<Digest> shared = new HashSet<>(owners.keySet());
    shared.removeIf(layer -> owners.getOrDefault(layer, 0) < 2);
    List<HostImage> images = new ArrayList<>();
    for (KnownImage image : shelf.known().all()) {
      Set<Digest> layers = layersOf.getOrDefault(image.digest(), Set.of());
      Set<Digest> common = new HashSet<>(layers);
      common.retainAll(shared);
      images.add(
          new HostImage(
              image.digest(),
              image.names(),
              layers.size(),
              bytes(shelf, layers),
              bytes(shelf, common),
              image.pulledAt(),
              image.usedAt(),
              shelf.holds().users(image.digest())));
    }
    images.sort(Comparator.comparing(HostImage::usedAt).reversed());
    Set<Digest> all = new HashSet<>(shelf.layers().all());
    Set<Digest> idle = new HashSet<>(all);
    idle.removeAll(used);
    return new ImageInventory(
        images, all.size(), bytes(shelf, all), bytes(shelf, shared), bytes(shelf, idle));
  }

  private static long bytes(ImageShelf shelf, Set<Digest> layers) throws IOException {
    TreeSize sum = TreeSize.NONE;
    for (Digest layer : layers) {
      sum = sum.plus(shelf.layers().size(layer));
    }
    return sum.bytes();
  }
}
