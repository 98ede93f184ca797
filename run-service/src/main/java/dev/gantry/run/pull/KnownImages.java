package dev.gantry.run.pull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Which images are on this host, under which names, and when they were last used; kept in a file.
 * What has been used only is written with the next change: a crash makes an image look unused for
 * longer, never used. Thread-safe.
 */
final class KnownImages {
  private static final Logger LOG = Logger.getLogger(KnownImages.class);
  private static final JsonMapper JSON = JsonMapper.builder().findAndAddModules().build();
  private static final String FILE = "images.json";
  private static final int IMAGES_MAX = 100_000;

  private final Path directory;
  private final Clock clock;
  private final Map<String, KnownImage> byDigest = new HashMap<>();
  private final Map<String, String> byName = new HashMap<>();

  private record Document(Collection<KnownImage> images) {}

  private KnownImages(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Reads the file of a directory; one that is missing or cannot be read knows nothing. */
  static KnownImages open(Path directory, Clock clock) throws IOException {
    KnownImages known = new KnownImages(directory, clock);
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      try {
        JSON.readValue(file.toFile(), Document.class).images().forEach(known::add);
      } catch (JacksonException e) {
        LOG.errorf("%s cannot be read; images are looked up anew: %s", file, e.getMessage());
      }
    }
    return known;
  }

  private void add(KnownImage image) {
    byDigest.put(image.digest(), image);
    image.names().forEach(name -> byName.put(name, image.digest()));
  }

  /** What a name meant when it was last looked up. */
  synchronized Optional<String> digest(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All that is here. */
  synchronized List<KnownImage> all() {
    return List.copyOf(byDigest.values());
  }

  /**
   * An image is here, and is used now; the name means it and no other any more.
   *
   * @return whether more has changed than when it was used: it should be saved
   */
  synchronized boolean used(String name, String digest) throws IOException {
    Instant now = clock.instant();
    String before = byName.get(name);
    KnownImage image = byDigest.get(digest);
    if (image != null && digest.equals(before)) {
      byDigest.put(digest, new KnownImage(digest, image.names(), image.pulledAt(), now));
      return false;
    }
    if (image == null && byDigest.size() >= IMAGES_MAX) {
      throw new IOException("more than " + IMAGES_MAX + " images are on this host");
    }
    KnownImage former = before == null ? null : byDigest.get(before);
    if (before != null && former != null && !before.equals(digest)) {
      byDigest.put(before, former.without(name));
    }
    KnownImage known = image == null ? new KnownImage(digest, Set.of(), now, now) : image;
    byDigest.put(digest, known.named(name, now));
    byName.put(name, digest);
    return true;
  }

  /** An image is used no more: its time counts from now. */
  synchronized void touch(String digest) {
    byDigest.computeIfPresent(
        digest,
        (_, image) -> new KnownImage(digest, image.names(), image.pulledAt(), clock.instant()));
  }

  /** An image is about to be removed; to be saved. */
  synchronized void forget(String digest) {
    KnownImage image = byDigest.remove(digest);
    if (image != null) {
      image.names().forEach(name -> byName.remove(name, digest));
    }
  }

  /** Writes what is known; the old or the new content is there whenever the machine stops. */
  synchronized void save() throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(new Document(byDigest.values()));
    try (DirFd images = DirFd.open(directory)) {
      images.deleteTree(FILE + ".new");
      try (FileFd file = images.create(FILE + ".new", 0600)) {
        file.write(ByteBuffer.wrap(bytes));
        file.sync();
      }
      images.rename(FILE + ".new", FILE);
      images.sync();
    }
  }
}
