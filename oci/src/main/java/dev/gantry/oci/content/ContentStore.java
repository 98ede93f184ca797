package dev.gantry.oci.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Blobs on disk by digest: {@code blobs/<algorithm>/<first two digits>/<hex>} beneath a directory
 * that one process owns. A blob is whole or absent, whenever the machine stops: written to a
 * temporary file, fsync'ed, renamed, its directory fsync'ed. Thread-safe.
 */
public final class ContentStore {
  private final Path blobs;
  private final Path temporary;
  private final Set<Path> durableShards = ConcurrentHashMap.newKeySet();

  private ContentStore(Path directory) {
    this.blobs = directory.resolve("blobs");
    this.temporary = directory.resolve("tmp");
  }

  /** Opens a store, creating it when it is missing; unfinished blobs of an earlier process go. */
  public static ContentStore open(Path directory) throws IOException {
    ContentStore store = new ContentStore(directory);
    DurableFiles.createDirectories(store.temporary);
    DurableFiles.createDirectories(store.blobs);
    try (Stream<Path> leftovers = Files.list(store.temporary)) {
      for (Path leftover : leftovers.toList()) {
        Files.deleteIfExists(leftover);
      }
    }
    return store;
  }

  /** Begins a blob that will be named by its SHA-256. */
  public BlobWriter begin() throws IOException {
    return begin(Digest.Algorithm.SHA256);
  }

  /** Begins a blob that will be named by this algorithm. */
  public BlobWriter begin(Digest.Algorithm algorithm) throws IOException {
    return new BlobWriter(this, Files.createTempFile(temporary, "blob-", ""), algorithm);
  }

  /**
   * Takes over a finished file of the same file system under the digest that the caller computed of
   * exactly its bytes. Afterwards the file is gone and the blob durable; when the store had the
   * blob already, that one stays. After a failure the file may still be there.
   */
  public void adopt(Path file, Digest digest) throws IOException {
    Path target = pathOf(digest);
    makeDurable(shardOf(digest));
    if (Files.exists(target)) {
      Files.delete(file);
    } else {
      DurableFiles.sync(file);
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }
    DurableFiles.syncDirectory(shardOf(digest));
  }

  /** Once for each shard: no commit relies on a directory whose own entry is not durable yet. */
  private void makeDurable(Path shard) throws IOException {
    if (durableShards.contains(shard)) {
      return;
    }
    synchronized (durableShards) {
      DurableFiles.createDirectories(shard);
      DurableFiles.syncDirectory(blobs);
      DurableFiles.syncDirectory(shard.resolveSibling("."));
      durableShards.add(shard);
    }
  }

  /** Whether the blob is there. */
  public boolean contains(Digest digest) {
    return Files.exists(pathOf(digest));
  }

  /** The blob's size in bytes; empty when it is not there. */
  public OptionalLong size(Digest digest) throws IOException {
    try {
      return OptionalLong.of(Files.size(pathOf(digest)));
    } catch (NoSuchFileException absent) {
      return OptionalLong.empty();
    }
  }

  /**
   * Opens the blob for reading; empty when it is not there. A delete does not disturb the reader.
   */
  public Optional<FileChannel> open(Digest digest) throws IOException {
    try {
      return Optional.of(FileChannel.open(pathOf(digest), StandardOpenOption.READ));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** The blob's file, for those who send files; empty when it is not there. Never to be written. */
  public Optional<Path> find(Digest digest) {
    Path path = pathOf(digest);
    return Files.exists(path) ? Optional.of(path) : Optional.empty();
  }

  /** Deletes the blob, durably. Whether it was there. */
  public boolean delete(Digest digest) throws IOException {
    Path path = pathOf(digest);
    boolean deleted = Files.deleteIfExists(path);
    if (deleted) {
      DurableFiles.syncDirectory(shardOf(digest));
    }
    return deleted;
  }

  /**
   * Moves the blob's bytes out, durably, to a new file of the same file system. Whether it was
   * there.
   */
  public boolean release(Digest digest, Path target) throws IOException {
    try {
      Files.move(pathOf(digest), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException absent) {
      return false;
    }
    DurableFiles.syncDirectory(target.toAbsolutePath().resolveSibling("."));
    DurableFiles.syncDirectory(shardOf(digest));
    return true;
  }

  /** All blobs, in no order; lazily, to be closed. Files that are no blobs are left out. */
  public Stream<Digest> list() throws IOException {
    return Files.list(blobs)
        .flatMap(ContentStore::entries)
        .flatMap(ContentStore::entries)
        .flatMap(
            path -> {
              String algorithm = blobs.relativize(path).getName(0).toString();
              return Digest.tryParse(algorithm + ":" + path.getFileName()).stream();
            });
  }

  /** Not looked at one by one: they may be deleted meanwhile. */
  private static Stream<Path> entries(Path directory) {
    try {
      return Files.isDirectory(directory) ? Files.list(directory) : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pathOf(Digest digest) {
    return shardOf(digest).resolve(digest.hex());
  }

  private Path shardOf(Digest digest) {
    return blobs.resolve(digest.algorithm().prefix()).resolve(digest.hex().substring(0, 2));
  }
}
