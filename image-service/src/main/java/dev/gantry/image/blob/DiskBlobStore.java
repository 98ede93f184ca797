package dev.gantry.image.blob;

import dev.gantry.oci.content.ContentStore;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Blobs as files of this host: {@code content/blobs/<algorithm>/<first two digits>/<hex>}, uploads
 * as {@code uploads/<id>}, what was found rotten in {@code quarantine}; all beneath one directory,
 * on one file system, owned by one process. A blob's modification time says when it was committed
 * last.
 */
public final class DiskBlobStore implements BlobStore {
  private static final int STRIPES = 256;

  private final ContentStore content;
  private final Path uploads;
  private final Path quarantine;

  /** Whoever commits, deletes or quarantines a blob holds its stripe's. */
  private final List<ReentrantLock> stripes =
      IntStream.range(0, STRIPES).mapToObj(stripe -> new ReentrantLock()).toList();

  private DiskBlobStore(ContentStore content, Path directory) throws IOException {
    this.content = content;
    this.uploads = Files.createDirectories(directory.resolve("uploads"));
    this.quarantine = Files.createDirectories(directory.resolve("quarantine"));
  }

  /** Opens the store beneath a directory, which is made if need be. */
  public static DiskBlobStore open(Path directory) throws IOException {
    return new DiskBlobStore(ContentStore.open(directory.resolve("content")), directory);
  }

  @Override
  public StagedBlob begin(UUID id) throws IOException {
    return new StagedFile(id, Files.createFile(uploads.resolve(id.toString())));
  }

  @Override
  public List<StagedBlob> staged() throws IOException {
    List<StagedBlob> staged = new ArrayList<>();
    try (Stream<Path> files = Files.list(uploads)) {
      files.forEach(file -> id(file).ifPresent(id -> staged.add(new StagedFile(id, file))));
    }
    return staged;
  }

  @Override
  public Optional<StoredBlob> find(Digest digest) throws IOException {
    return stored(digest).map(file -> file);
  }

  private Optional<StoredFile> stored(Digest digest) throws IOException {
    Optional<Path> file = content.find(digest);
    try {
      return file.isEmpty()
          ? Optional.empty()
          : Optional.of(StoredFile.of(digest, file.orElseThrow()));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  @Override
  public Stream<Digest> list() throws IOException {
    return content.list();
  }

  @Override
  public Removal delete(Digest digest, Instant unlessCommittedSince) throws IOException {
    ReentrantLock stripe = lock(digest);
    try {
      Optional<StoredFile> file = stored(digest);
      if (file.isEmpty()) {
        return Removal.ABSENT;
      }
      if (!file.get().committedAt().isBefore(unlessCommittedSince)) {
        return Removal.FRESH;
      }
      return content.delete(digest) ? Removal.DELETED : Removal.ABSENT;
    } finally {
      stripe.unlock();
    }
  }

  @Override
  public boolean quarantine(StoredBlob found) throws IOException {
    Digest digest = found.digest();
    ReentrantLock stripe = lock(digest);
    try {
      // Another file of this name was pushed since.
      if (!(found instanceof StoredFile rotten)
          || stored(digest).filter(file -> file.identity().equals(rotten.identity())).isEmpty()) {
        return false;
      }
      String name = digest.algorithm().prefix() + "-" + digest.hex() + "-" + UUID.randomUUID();
      return content.release(digest, quarantine.resolve(name));
    } finally {
      stripe.unlock();
    }
  }

  private void commit(Path file, Digest digest) throws IOException {
    ReentrantLock stripe = lock(digest);
    try {
      content.adopt(file, digest);
      Files.setLastModifiedTime(content.find(digest).orElseThrow(), FileTime.from(Instant.now()));
    } finally {
      stripe.unlock();
    }
  }

  private ReentrantLock lock(Digest digest) {
    ReentrantLock stripe = stripes.get(Math.floorMod(digest.hashCode(), STRIPES));
    stripe.lock();
    return stripe;
  }

  private static Optional<UUID> id(Path file) {
    try {
      return Optional.of(UUID.fromString(file.getFileName().toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * A file of the store.
   *
   * @param identity of the file, not of its name
   */
  private record StoredFile(
      Digest digest, long size, Instant committedAt, Path path, String identity)
      implements StoredBlob {
    static StoredFile of(Digest digest, Path path) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new StoredFile(
          digest,
          attributes.size(),
          attributes.lastModifiedTime().toInstant(),
          path,
          attributes.fileKey() + " of " + attributes.creationTime());
    }

    @Override
    public InputStream read(long offset) throws IOException {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      channel.position(offset);
      return Channels.newInputStream(channel);
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(path);
    }
  }

  /** A file of the uploads. */
  private final class StagedFile implements StagedBlob {
    private final UUID id;
    private final Path path;

    StagedFile(UUID id, Path path) {
      this.id = id;
      this.path = path;
    }

    @Override
    public UUID id() {
      return id;
    }

    @Override
    public long size() throws IOException {
      return Files.size(path);
    }

    @Override
    public Instant touchedAt() throws IOException {
      return Files.getLastModifiedTime(path).toInstant();
    }

    @Override
    public WritableByteChannel append() throws IOException {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
      return new WritebackChannel(channel.position(channel.size()));
    }

    @Override
    public void truncate(long size) throws IOException {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }

    @Override
    public InputStream read() throws IOException {
      return Files.newInputStream(path);
    }

    @Override
    public void commit(Digest digest) throws IOException {
      DiskBlobStore.this.commit(path, digest);
    }

    @Override
    public void discard() throws IOException {
      Files.deleteIfExists(path);
    }
  }
}
