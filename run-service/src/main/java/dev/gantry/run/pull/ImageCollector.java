package dev.gantry.run.pull;

import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Removes images that nobody uses, with the layers that no other image has. What a run has, or a
 * pull wants, stays. One thread at a time.
 */
public final class ImageCollector {
  private static final Logger LOG = Logger.getLogger(ImageCollector.class);

  private final ImageShelf shelf;
  private final Path directory;
  private final CollectPolicy policy;
  private final Clock clock;

  /**
   * What was removed, or would be.
   *
   * @param images their digests
   * @param bytes of the layers that went with them
   */
  public record Collected(List<String> images, int layers, long bytes) {
    /** Sorts them. */
    public Collected {
      images = images.stream().sorted().toList();
    }
  }

  ImageCollector(ImageShelf shelf, Path directory, CollectPolicy policy, Clock clock) {
    this.shelf = shelf;
    this.directory = directory;
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Removes everything that nobody uses, however recently somebody did.
   *
   * @param gone runs that do not count
   * @param dryRun only says what
   */
  public synchronized Collected prune(Set<String> gone, boolean dryRun) throws IOException {
    List<KnownImage> images = unused(Duration.ZERO, gone);
    return dryRun ? wouldRemove(images, gone) : remove(images, true);
  }

  /** Removes what has not been used for long, and more where the disk is nearly full. */
  public synchronized void collect() {
    try {
      shelf.save();
      Collected old = remove(unused(policy.unusedMax(), Set.of()), false);
      if (!old.images().isEmpty()) {
        LOG.infof(
            "%d images were not used for %s: %d bytes freed",
            old.images().size(), policy.unusedMax(), old.bytes());
      }
      if (usedPercent() >= policy.diskHighPercent()) {
        relieve();
      }
    } catch (IOException | RuntimeException e) { // Or it would never be tried again.
      LOG.warnf("images cannot be collected: %s", e.getMessage());
    }
  }

  private void relieve() throws IOException {
    LOG.infof("the disk is %d %% full: removing unused images", usedPercent());
    remove(List.of(), true);
    for (KnownImage image : unused(Duration.ZERO, Set.of())) {
      if (usedPercent() <= policy.diskLowPercent()) {
        return;
      }
      remove(List.of(image), false);
    }
  }

  /** What no run has, the least recently used first. */
  private List<KnownImage> unused(Duration since, Set<String> gone) {
    Instant before = clock.instant().minus(since);
    Set<String> held = shelf.holds().heldWithout(gone);
    return shelf.known().all().stream()
        .filter(
            image ->
                !held.contains(image.digest())
                    && (since.isZero() || !image.usedAt().isAfter(before)))
        .sorted(Comparator.comparing(KnownImage::usedAt))
        .toList();
  }

  private Collected wouldRemove(List<KnownImage> images, Set<String> gone) throws IOException {
    List<String> removed = images.stream().map(KnownImage::digest).toList();
    Set<Digest> layers = new HashSet<>(shelf.layers().all());
    layers.removeAll(shelf.neededLayers(gone, Set.copyOf(removed)));
    long bytes = 0;
    for (Digest layer : layers) {
      bytes += shelf.layers().size(layer).bytes();
    }
    return new Collected(removed, layers.size(), bytes);
  }

  /**
   * Removes images, and the layers that only they have.
   *
   * @param orphans whether layers that no image has go, too
   */
  private Collected remove(List<KnownImage> images, boolean orphans) throws IOException {
    List<String> removed = new ArrayList<>();
    Set<Digest> layers = new HashSet<>();
    for (KnownImage image : images) {
      List<Digest> own = shelf.layersOf(image.digest());
      if (shelf.removeImage(image.digest())) {
        removed.add(image.digest());
        layers.addAll(own);
      }
    }
    if (orphans) {
      layers.addAll(shelf.layers().all());
    }
    layers.removeAll(shelf.neededLayers());
    Collected collected = removeLayers(removed, layers);
    if (!removed.isEmpty()) {
      shelf.save();
    }
    return collected;
  }

  private Collected removeLayers(List<String> images, Set<Digest> layers) throws IOException {
    int count = 0;
    long bytes = 0;
    for (Digest layer : layers) {
      long size = shelf.layers().size(layer).bytes();
      if (shelf.removeLayer(layer)) {
        count++;
        bytes += size;
      }
    }
    return new Collected(images, count, bytes);
  }

  private int usedPercent() throws IOException {
    FileStore store = Files.getFileStore(directory);
    long total = store.getTotalSpace();
    return total == 0 ? 0 : (int) (100 - store.getUsableSpace() * 100 / total);
  }
}
