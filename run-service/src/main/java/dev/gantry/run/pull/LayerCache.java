package dev.gantry.run.pull;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.TreeSize;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.layer.LayerReader;
import dev.gantry.oci.layer.UnpackOptions;
import dev.gantry.oci.layer.UnpackedLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Layers of images, each unpacked once, in a directory named by the digest of its archive without
 * compression. A layer is there whole or not at all, whenever the machine stops.
 */
final class LayerCache {
  private static final Logger LOG = Logger.getLogger(LayerCache.class);
  private static final String UNFINISHED = "unpacking-";
  private static final String REMOVED = "removed-";

  private final Path directory;
  private final Executor pool;
  private final Map<Digest, CompletableFuture<Path>> underWay = new ConcurrentHashMap<>();
  private final Map<Digest, TreeSize> sizes = new ConcurrentHashMap<>();
  private final AtomicLong removals = new AtomicLong();

  /** How many pulls want a layer; guarded by itself. */
  private final Map<Digest, Integer> pins = new HashMap<>();

  /** Where a layer's archive comes from, when it is needed. */
  interface Archive {
    /** The archive, whose end proves that it is the right one. */
    InputStream open() throws IOException;
  }

  private LayerCache(Path directory, Executor pool) {
    this.directory = directory;
    this.pool = pool;
  }

  /** Opens the cache of a directory; what an earlier process left unfinished goes. */
  static LayerCache open(Path directory, Executor pool) throws IOException {
    Files.createDirectories(directory);
    try (DirFd layers = DirFd.open(directory);
        Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (name.startsWith(UNFINISHED) || name.startsWith(REMOVED)) {
          LOG.infof("removing what is left of a layer: %s", name);
          layers.deleteTree(name);
        }
      }
    }
    return new LayerCache(directory, pool);
  }

  /** The layer's directory, where it is there. */
  Optional<Path> find(Digest diffId) {
    Path path = path(diffId);
    return Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
  }

  /**
   * The layer's directory, unpacked now where it is missing. Whoever asks while it is unpacked
   * waits for the same. The future fails with the IOException of a failed attempt; the next call
   * tries again.
   */
  CompletableFuture<Path> obtain(Digest diffId, Archive archive) {
    CompletableFuture<Path> mine = new CompletableFuture<>();
    CompletableFuture<Path> other = underWay.putIfAbsent(diffId, mine);
    if (other != null) {
      return other;
    }
    pool.execute(
        () -> {
          try {
            Optional<Path> there = find(diffId);
            mine.complete(there.isPresent() ? there.get() : unpack(diffId, archive));
          } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
          } finally {
            underWay.remove(diffId, mine);
          }
        });
    return mine;
  }

  /** Layers that somebody is about to want: they are not removed until {@link #unpin}. */
  void pin(Collection<Digest> layers) {
    synchronized (pins) {
      layers.forEach(layer -> pins.merge(layer, 1, Integer::sum));
    }
  }

  /** Undoes one {@link #pin}. */
  void unpin(Collection<Digest> layers) {
    synchronized (pins) {
      layers.forEach(layer -> pins.computeIfPresent(layer, (_, n) -> n == 1 ? null : n - 1));
    }
  }

  /** All layers that are here. */
  List<Digest> all() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString().replaceFirst("-", ":"))
          .flatMap(name -> Digest.tryParse(name).stream())
          .toList();
    }
  }

  /** How much is in a layer; it is measured once. */
  TreeSize size(Digest diffId) throws IOException {
    TreeSize known = sizes.get(diffId);
    if (known != null) {
      return known;
    }
    if (find(diffId).isEmpty()) {
      return TreeSize.NONE;
    }
    try (DirFd layer = DirFd.open(path(diffId))) {
      TreeSize size = TreeSize.of(layer);
      sizes.put(diffId, size);
      return size;
    }
  }

  /** Which layers pulls want just now. */
  Set<Digest> pinned() {
    synchronized (pins) {
      return Set.copyOf(pins.keySet());
    }
  }

  /**
   * Takes a layer away at once, unless a pull wants it or it is not there.
   *
   * @return the name under which it is left to be {@link #discard}ed
   */
  Optional<String> retire(Digest diffId) throws IOException {
    synchronized (pins) {
      if (pins.containsKey(diffId) || underWay.containsKey(diffId) || find(diffId).isEmpty()) {
        return Optional.empty();
      }
      String retired = REMOVED + removals.incrementAndGet();
      try (DirFd layers = DirFd.open(directory)) {
        layers.rename(path(diffId).getFileName().toString(), retired);
      }
      sizes.remove(diffId);
      return Optional.of(retired);
    }
  }

  /** Deletes what {@link #retire} took away, which may take long. */
  void discard(String retired) throws IOException {
    try (DirFd layers = DirFd.open(directory)) {
      layers.deleteTree(retired);
    }
  }

  /** Waits for layers; the first failure is thrown. */
  static List<Path> join(List<CompletableFuture<Path>> layers) throws IOException {
    try {
      return layers.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private Path unpack(Digest diffId, Archive archive) throws IOException {
    Path unfinished = Files.createTempDirectory(directory, UNFINISHED);
    try (DirFd layers = DirFd.open(directory)) {
      String name = unfinished.getFileName().toString();
      try (DirFd into = DirFd.open(unfinished);
          InputStream bytes = archive.open()) {
        layers.chmod(name, 0755);
        UnpackedLayer unpacked = LayerReader.unpack(bytes, into, UnpackOptions.LAYER);
        if (!unpacked.diffId().equals(diffId)) {
          throw new WrongLayerException(diffId, unpacked.diffId());
        }
        into.syncFileSystem();
        Files.move(unfinished, path(diffId), StandardCopyOption.ATOMIC_MOVE);
        layers.sync();
        LOG.infof("layer %s: %d bytes unpacked", diffId.shortHex(), unpacked.contentBytes());
        return path(diffId);
      } catch (IOException | RuntimeException e) {
        if (layers.find(name).isPresent()) {
          layers.deleteTree(name);
        }
        throw e;
      }
    }
  }

  private Path path(Digest diffId) {
    return directory.resolve(diffId.algorithm().prefix() + "-" + diffId.hex());
  }
}
