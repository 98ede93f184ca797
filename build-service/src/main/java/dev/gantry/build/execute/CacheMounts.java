package dev.gantry.build.execute;

import dev.gantry.build.layer.TreeSize;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Directories that RUN finds as an earlier RUN left them, by the ids that Dockerfiles give them: on
 * this host, for all builds. Who shares one with whom is said by each that uses it. What was not
 * used for longest goes first. Thread-safe; one process at a time has the directory.
 */
public final class CacheMounts {
  private static final long LOOK_MILLIS = 200;

  private final Path directory;

  /** Of what is in use: how many use it; those who want it for themselves alone count as all. */
  private final Map<Path, Integer> users = new HashMap<>();

  /** What those wait for who share one that is being made. */
  private final Map<Path, Object> making = new ConcurrentHashMap<>();

  private CacheMounts(Path directory) {
    this.directory = directory;
  }

  /** Opens what earlier processes left; what they did not finish goes. */
  public static CacheMounts open(Path directory) throws IOException {
    Files.createDirectories(directory);
    CacheMounts mounts = new CacheMounts(directory);
    for (Path half : mounts.list(directory)) {
      if (half.getFileName().toString().startsWith("new-")) {
        mounts.delete(half);
      }
    }
    return mounts;
  }

  /** Fills a new directory. */
  @FunctionalInterface
  interface Filling {
    void fill(DirFd directory) throws IOException;
  }

  /** A directory that is in use until it is closed. */
  record Lease(CacheMounts mounts, Path directory, boolean exclusive) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      mounts.release(this);
    }
  }

  /** Takes a directory together with all others that do so. */
  Lease shared(String id, Filling filling) throws IOException {
    for (int number = 0; ; number++) {
      Path candidate = path(id, number);
      synchronized (this) {
        if (users.getOrDefault(candidate, 0) < Integer.MAX_VALUE) {
          users.merge(candidate, 1, Integer::sum);
          return made(new Lease(this, candidate, false), filling);
        }
      }
    }
  }

  /** Takes a directory that nobody else uses: another one where the first is in use. */
  Lease alone(String id, Filling filling) throws IOException {
    for (int number = 0; ; number++) {
      Path candidate = path(id, number);
      if (takeAlone(candidate)) {
        return made(new Lease(this, candidate, true), filling);
      }
    }
  }

  /** Takes the one directory of this id, when nobody else uses it any more. */
  Lease locked(String id, Cancellation cancellation, Filling filling)
      throws IOException, InterruptedException {
    Path only = path(id, 0);
    while (!takeAlone(only)) {
      cancellation.check();
      synchronized (this) {
        TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
      }
    }
    return made(new Lease(this, only, true), filling);
  }

  private synchronized boolean takeAlone(Path candidate) {
    return users.putIfAbsent(candidate, Integer.MAX_VALUE) == null;
  }

  private Path path(String id, int number) {
    String name = Digest.of(id.getBytes(StandardCharsets.UTF_8)).hex();
    return directory.resolve(number == 0 ? name : name + "-" + number);
  }

  /** A new one has its name when it is complete; those who share it wait for that. */
  private Lease made(Lease lease, Filling filling) throws IOException {
    try {
      synchronized (making.computeIfAbsent(lease.directory(), path -> new Object())) {
        if (!Files.isDirectory(lease.directory())) {
          make(lease.directory(), filling);
        }
      }
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private void make(Path target, Filling filling) throws IOException {
    Path half = Files.createTempDirectory(directory, "new-");
    try {
      try (DirFd content = DirFd.open(half)) {
        filling.fill(content);
      }
      Files.move(half, target);
    } catch (IOException | RuntimeException e) {
      delete(half);
      throw e;
    }
  }

  private void release(Lease lease) throws IOException {
    if (Files.isDirectory(lease.directory())) {
      Files.setLastModifiedTime(lease.directory(), FileTime.from(Instant.now()));
    }
    synchronized (this) {
      int left = lease.exclusive() ? 0 : users.getOrDefault(lease.directory(), 1) - 1;
      if (left == 0) {
        users.remove(lease.directory());
        making.remove(lease.directory());
      } else {
        users.put(lease.directory(), left);
      }
      notifyAll();
    }
  }

  /** Removes those that were not used for longest, until the rest have no more bytes than these. */
  void prune(long bytesMax) throws IOException {
    List<Path> newestFirst = new ArrayList<>(list(directory));
    newestFirst.sort(Comparator.comparing(CacheMounts::used).reversed());
    long bytes = 0;
    for (Path mount : newestFirst) {
      bytes += size(mount);
      if (bytes > bytesMax && takeAlone(mount)) {
        try {
          bytes -= size(mount);
          delete(mount);
        } finally {
          release(new Lease(this, mount, true));
        }
      }
    }
  }

  private List<Path> list(Path parent) throws IOException {
    try (Stream<Path> found = Files.list(parent)) {
      return found.toList();
    }
  }

  private static FileTime used(Path directory) {
    try {
      return Files.getLastModifiedTime(directory);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static long size(Path directory) throws IOException {
    try (DirFd opened = DirFd.open(directory)) {
      return TreeSize.bytes(opened);
    }
  }

  private void delete(Path doomed) throws IOException {
    try (DirFd parent = DirFd.open(directory)) {
      parent.deleteTree(doomed.getFileName().toString());
    }
  }
}
