package dev.gantry.image.mirror;

import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fetches of blobs that are under way, one for each blob of a repository however many want it;
 * it goes on when they leave. Thread-safe.
 */
final class BlobFetches {
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final Path directory;
  private final MirrorLimits limits;
  private final BlobFetch.Keeper keeper;
  private final Semaphore places;
  private final ConcurrentHashMap<Key, BlobFetch> running = new ConcurrentHashMap<>();

  private record Key(RepositoryName repository, Digest digest) {}

  /** Fetches into a directory of the store's file system; what lies there goes. */
  BlobFetches(Path directory, MirrorLimits limits, BlobFetch.Keeper keeper) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.limits = limits;
    this.keeper = keeper;
    this.places = new Semaphore(limits.fetchesMax());
    try (Stream<Path> leftovers = Files.list(directory)) {
      for (Path leftover : leftovers.toList()) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  /** The fetch of a blob: the one under way, or a new one unless there are too many. */
  Answer<BlobFetch> join(Place place, Digest digest) {
    Key key = new Key(place.here(), digest);
    BlobFetch fetch = running.computeIfAbsent(key, _ -> begin(key, place));
    return fetch == null
        ? new Answer.Nothing<>(new Failure.Limited(WAIT))
        : new Answer.Got<>(fetch);
  }

  /** The fetch of a blob that is under way, if any. */
  List<BlobFetch> underWay(Place place, Digest digest) {
    BlobFetch fetch = running.get(new Key(place.here(), digest));
    return fetch == null ? List.of() : List.of(fetch);
  }

  private @Nullable BlobFetch begin(Key key, Place place) {
    if (!places.tryAcquire()) {
      return null;
    }
    Path file = directory.resolve(UUID.randomUUID().toString());
    BlobFetch fetch = new BlobFetch(place, key.digest(), file, limits, keeper);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                fetch.run();
              } finally {
                running.remove(key, fetch);
                places.release();
              }
            });
    return fetch;
  }
}
