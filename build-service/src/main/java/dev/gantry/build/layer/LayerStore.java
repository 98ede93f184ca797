package dev.gantry.build.layer;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.layer.LayerReader;
import dev.gantry.oci.layer.UnpackOptions;
import dev.gantry.oci.layer.UnpackedLayer;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Directories of unpacked layers by the digest of their archive, for use below overlays. A
 * directory that has its name is complete: it was made elsewhere and renamed. Until it is known to
 * be durable, too, a mark says so, and a crash takes it away. Thread-safe; one process at a time
 * has the directory.
 */
public final class LayerStore {
  private final Path layers;
  private final Path building;
  private final Path marks;
  private final RegistryClient registry;
  private final Map<String, Long> sizes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();

  private LayerStore(Path directory, RegistryClient registry) {
    this.layers = directory.resolve("sha256");
    this.building = directory.resolve("building");
    this.marks = directory.resolve("not-durable");
    this.registry = registry;
  }

  /** Opens the store; what an earlier process left unfinished goes. */
  public static LayerStore open(Path directory, RegistryClient registry) throws IOException {
    LayerStore store = new LayerStore(directory, registry);
    Files.createDirectories(store.layers);
    Files.createDirectories(store.building);
    deleteContents(store.building);
    Files.createDirectories(store.marks);
    for (String name : names(store.marks)) {
      store.remove(name);
      Files.delete(store.marks.resolve(name));
    }
    return store;
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.map(path -> path.getFileName().toString()).toList();
    }
  }

  /** Under its name there is never a part of it. */
  private void remove(String name) throws IOException {
    if (Files.isDirectory(layers.resolve(name))) {
      Path doomed = reserve();
      Files.move(layers.resolve(name), doomed, StandardCopyOption.ATOMIC_MOVE);
      delete(doomed);
    }
  }

  /**
   * The directory of a layer, pulled and unpacked when this host does not have it.
   *
   * @throws IOException when the registry does not give it, or it is not what its digests say
   */
  public Path directory(CachedLayer layer) throws IOException {
    Path directory = layers.resolve(layer.diffId().hex());
    ReentrantLock lock = locks.computeIfAbsent(layer.diffId(), digest -> new ReentrantLock());
    lock.lock();
    try {
      if (!Files.isDirectory(directory)) {
        pull(layer);
      }
      Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
      return directory;
    } finally {
      lock.unlock();
    }
  }

  private void pull(CachedLayer layer) throws IOException {
    Path temporary = create();
    try (InputStream archive = registry.blob(layer.repository(), layer.blob());
        DirFd into = DirFd.open(temporary)) {
      UnpackedLayer unpacked = LayerReader.unpack(archive, into, UnpackOptions.LAYER);
      if (!unpacked.diffId().equals(layer.diffId())) {
        throw new IOException(
            "layer "
                + layer.blob().digest()
                + " holds "
                + unpacked.diffId()
                + ", not "
                + layer.diffId());
      }
      rename(temporary, layer.diffId());
    } finally {
      delete(temporary);
    }
  }

  /** An empty directory in which a layer can come to be; {@link #keep} or {@link #delete} it. */
  public Path create() throws IOException {
    Path directory = building.resolve(UUID.randomUUID().toString());
    Files.createDirectory(directory);
    makeReadable(directory);
    return directory;
  }

  /** Where the root of a new layer's files may be moved to; nothing is there yet. */
  public Path reserve() {
    return building.resolve(UUID.randomUUID().toString());
  }

  /** Keeps a directory under its digest; it is gone from where it was. */
  public void keep(Path directory, Digest diffId) throws IOException {
    makeReadable(directory);
    ReentrantLock lock = locks.computeIfAbsent(diffId, digest -> new ReentrantLock());
    lock.lock();
    try {
      rename(directory, diffId);
    } finally {
      lock.unlock();
      delete(directory);
    }
  }

  /**
   * The mark is made first: file systems keep the order of changes of names, so that a crash leaves
   * no name without its mark.
   */
  private void rename(Path from, Digest diffId) throws IOException {
    Path target = layers.resolve(diffId.hex());
    if (Files.isDirectory(target)) {
      return;
    }
    Path mark = marks.resolve(diffId.hex());
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
    Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the layers that came durable; then a crash does not cost them any more. */
  public void sync() throws IOException {
    List<String> marked = names(marks);
    if (marked.isEmpty()) {
      return;
    }
    try (DirFd directory = DirFd.open(layers)) {
      directory.syncFileSystem();
    }
    for (String name : marked) {
      Files.deleteIfExists(marks.resolve(name));
    }
  }

  /** The top directory of a layer is the root directory that processes see. */
  private static void makeReadable(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * Removes a directory that {@link #create} or {@link #reserve} gave; one that is gone is fine.
   */
  public void delete(Path directory) throws IOException {
    try (DirFd parent = DirFd.open(building)) {
      parent.deleteTree(directory.getFileName().toString());
    }
  }

  /**
   * Removes the layers that were not used for longest, until the rest have no more bytes than
   * these; what was used since a time stays.
   */
  public void prune(long bytesMax, Instant since) throws IOException {
    List<Path> newestFirst;
    try (Stream<Path> directories = Files.list(layers)) {
      newestFirst = directories.sorted(Comparator.comparing(LayerStore::used).reversed()).toList();
    }
    long bytes = 0;
    for (Path layer : newestFirst) {
      bytes += size(layer);
      if (bytes > bytesMax && used(layer).toInstant().isBefore(since)) {
        bytes -= size(layer);
        drop(layer, since);
      }
    }
  }

  private void drop(Path layer, Instant since) throws IOException {
    String name = layer.getFileName().toString();
    Digest diffId = Digest.parse("sha256:" + name);
    ReentrantLock lock = locks.computeIfAbsent(diffId, digest -> new ReentrantLock());
    lock.lock();
    try {
      if (used(layer).toInstant().isBefore(since)) {
        sizes.remove(name);
        remove(name);
        Files.deleteIfExists(marks.resolve(name));
      }
    } finally {
      lock.unlock();
    }
  }

  private long size(Path layer) throws IOException {
    String name = layer.getFileName().toString();
    Long known = sizes.get(name);
    if (known != null) {
      return known;
    }
    try (DirFd directory = DirFd.open(layer)) {
      long bytes = TreeSize.bytes(directory);
      sizes.put(name, bytes);
      return bytes;
    }
  }

  private static FileTime used(Path directory) {
    try {
      return Files.getLastModifiedTime(directory);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static void deleteContents(Path directory) throws IOException {
    try (DirFd fd = DirFd.open(directory)) {
      fd.deleteContents();
    }
  }
}
