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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Directories of unpacked layers by the digest of their archive, for use below overlays. A
 * directory that has its name is complete and durable: it was made elsewhere and renamed.
 * Thread-safe; one process at a time has the directory.
 */
public final class LayerStore {
  private final Path layers;
  private final Path building;
  private final RegistryClient registry;
  private final ConcurrentHashMap<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();

  private LayerStore(Path directory, RegistryClient registry) {
    this.layers = directory.resolve("sha256");
    this.building = directory.resolve("building");
    this.registry = registry;
  }

  /** Opens the store; what an earlier process left unfinished goes. */
  public static LayerStore open(Path directory, RegistryClient registry) throws IOException {
    LayerStore store = new LayerStore(directory, registry);
    Files.createDirectories(store.layers);
    Files.createDirectories(store.building);
    deleteContents(store.building);
    return store;
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
      rename(temporary, layer.diffId(), into);
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
    try (DirFd content = DirFd.open(directory)) {
      rename(directory, diffId, content);
    } finally {
      lock.unlock();
      delete(directory);
    }
  }

  private void rename(Path from, Digest diffId, DirFd content) throws IOException {
    Path target = layers.resolve(diffId.hex());
    if (Files.isDirectory(target)) {
      return;
    }
    content.syncFileSystem();
    Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
    try (DirFd parent = DirFd.open(layers)) {
      parent.sync();
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

  /** Removes the layers that were not used for longest; only while none is in use. */
  public void prune(int layersMax) throws IOException {
    List<Path> kept;
    try (Stream<Path> directories = Files.list(layers)) {
      kept = directories.sorted(Comparator.comparing(LayerStore::used).reversed()).toList();
    }
    for (Path old : kept.subList(Math.min(layersMax, kept.size()), kept.size())) {
      Path doomed = reserve();
      Files.move(old, doomed, StandardCopyOption.ATOMIC_MOVE);
      delete(doomed);
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
