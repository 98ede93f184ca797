package dev.gantry.image.mirror;

import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The mirrors that the operator's file names now: a changed file is read again within a second, and
 * one that is wrong changes nothing but the log. Thread-safe.
 */
final class Mirrors {
  private static final Logger LOG = Logger.getLogger(Mirrors.class);
  private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

  private final Path file;
  private final RegistrySettings patience;
  private volatile List<Upstream> upstreams;
  private volatile long lookedAt = System.nanoTime();
  private String version;

  /**
   * Reads the file.
   *
   * @throws IOException when it is wrong
   */
  Mirrors(Path file, RegistrySettings patience) throws IOException {
    this.file = file;
    this.patience = patience;
    this.version = version();
    this.upstreams = read();
  }

  /** Whether nothing is mirrored: the question that every request asks. */
  boolean none() {
    if (System.nanoTime() - lookedAt > LOOK_NANOS) {
      look();
    }
    return upstreams.isEmpty();
  }

  /** Where a repository is mirrored from; the longest prefix counts. */
  Optional<Place> place(RepositoryName name) {
    for (Upstream upstream : upstreams) {
      Optional<String> there = upstream.mirror().upstreamName(name);
      if (there.isPresent()) {
        return Optional.of(new Place(name, upstream, there.get()));
      }
    }
    return Optional.empty();
  }

  private synchronized void look() {
    lookedAt = System.nanoTime();
    try {
      String now = version();
      if (!now.equals(version)) {
        version = now;
        upstreams = read();
        LOG.infof("%d registries are mirrored now, as %s says", upstreams.size(), file);
      }
    } catch (IOException e) {
      LOG.errorf("mirrors stay as they were: %s", e.getMessage());
    }
  }

  /** Upstreams that are gone end with the last fetch from them. */
  private List<Upstream> read() throws IOException {
    return MirrorFile.read(file).stream().map(each -> new Upstream(each, patience)).toList();
  }

  private String version() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return now.fileKey() + " " + now.size() + " " + now.lastModifiedTime();
  }
}
