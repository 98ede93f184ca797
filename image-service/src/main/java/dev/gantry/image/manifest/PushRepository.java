package dev.gantry.image.manifest;

import dev.gantry.events.ImageEvent;
import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.manifest.ManifestDocument.Target;
import dev.gantry.image.outbox.OutboxRepository;
import dev.gantry.image.protocol.ActorWiring;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import dev.gantry.image.tag.TagName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes manifests into the catalogue: each is one transaction under the repository's lock, which
 * writes the facts that tell of it into the outbox. What changes nothing writes none.
 *
 * <p>Every push of every client waits for this, so it is two round trips and the commit: one that
 * locks and looks, one that writes.
 */
@ApplicationScoped
public class PushRepository {
  private final DataSource database;
  private final RepositoryRepository repositories;
  private final BlobLinkRepository blobs;
  private final OutboxRepository outbox;
  private final ActorWiring actors;

  PushRepository(
      DataSource database,
      RepositoryRepository repositories,
      BlobLinkRepository blobs,
      OutboxRepository outbox,
      ActorWiring actors) {
    this.database = database;
    this.repositories = repositories;
    this.blobs = blobs;
    this.outbox = outbox;
    this.actors = actors;
  }

  /**
   * Stores a manifest, if it is not there yet ({@code pushed}), and points tags to it, if they do
   * not yet ({@code tagged}).
   *
   * @param platforms as the event names them
   * @return whether it was not there, {@code MANIFEST_BLOB_UNKNOWN}, or {@code MANIFEST_INVALID}
   *     when a size is not that of what is there
   */
  @Transactional
  public Outcome<Boolean> push(
      RepositoryName name,
      ManifestDocument document,
      List<String> platforms,
      Collection<TagName> tags) {
    return inCatalogue(
        catalogue -> {
          Standing standing = look(catalogue, name, document, tags);
          if (standing.manifest() != null) {
            write(catalogue, standing, document, new Push(platforms, null, tags));
            return Outcome.done(false);
          }
          Outcome<Long> bytes = bytes(document, standing);
          if (bytes instanceof Outcome.Done<Long>(Long sum)) {
            write(catalogue, standing, document, new Push(platforms, sum, tags));
          }
          return bytes.then(sum -> Outcome.done(true));
        });
  }

  /**
   * As {@link #push}, of a manifest that another registry vouches for: what it refers to comes when
   * it is asked for.
   *
   * @param bytes of the manifest and all that it refers to, as it says itself
   */
  @Transactional
  public void adopt(
      RepositoryName name, ManifestDocument document, long bytes, Collection<TagName> tags) {
    inCatalogue(
        catalogue -> {
          Standing standing = look(catalogue, name, document, tags);
          Long isNew = standing.manifest() == null ? bytes : null;
          write(catalogue, standing, document, new Push(document.platforms(), isNew, tags));
          return Outcome.done(true);
        });
  }

  /**
   * What is to be written.
   *
   * @param bytes of a new manifest and all that it refers to; null when it is there already
   */
  private record Push(List<String> platforms, @Nullable Long bytes, Collection<TagName> tags) {}

  private interface Change {
    Outcome<Boolean> make(PushCatalogue catalogue) throws SQLException;
  }

  /** The connection is that of the transaction. */
  private Outcome<Boolean> inCatalogue(Change change) {
    try (Connection connection = database.getConnection()) {
      return change.make(new PushCatalogue(connection));
    } catch (SQLException e) {
      throw new IllegalStateException("the catalogue cannot be written", e);
    }
  }

  private Standing look(
      PushCatalogue catalogue,
      RepositoryName name,
      ManifestDocument document,
      Collection<TagName> tags)
      throws SQLException {
    Optional<Standing> known = catalogue.look(name, document, tags);
    if (known.isPresent()) {
      return known.get();
    }
    repositories.ensure(name);
    return catalogue.look(name, document, tags).orElseThrow();
  }

  /** Of the manifest and all that it refers to, which must be there. */
  private Outcome<Long> bytes(ManifestDocument document, Standing standing) {
    long sum = document.content().length;
    for (Target target : document.targets().stream().distinct().toList()) {
      Standing.Present present = standing.targets().get(target.digest());
      if (present == null || !stored(target)) {
        return Outcome.refused(
            ErrorCode.MANIFEST_BLOB_UNKNOWN,
            "the manifest refers to what this repository does not have: " + target.digest());
      }
      if (present.bytes() != target.size()) {
        return Outcome.refused(
            ErrorCode.MANIFEST_INVALID,
            "the manifest names another size than that of " + target.digest());
      }
      sum += present.imageBytes();
    }
    return Outcome.done(sum);
  }

  private boolean stored(Target target) {
    return switch (target) {
      case Target.Blob blob -> blobs.stored(blob.digest());
      case Target.Manifest manifest -> true;
    };
  }

  private void write(
      PushCatalogue catalogue, Standing standing, ManifestDocument document, Push push)
      throws SQLException {
    String digest = document.digest().toString();
    String actor = actors.current();
    List<String> moved = standing.moved(digest, push.tags());
    List<ImageEvent> events = events(standing, document, push, actor);
    if (events.isEmpty()) {
      return;
    }
    PushCatalogue.Writing writing = catalogue.write(standing, Instant.now());
    if (push.bytes() != null) {
      writing.manifest(document, push.platforms(), push.bytes());
    }
    if (!moved.isEmpty()) {
      writing.tags(digest, moved, actor);
    }
    writing.facts(outbox.facts(standing.name(), standing.eventSequence(), events));
  }

  private static List<ImageEvent> events(
      Standing standing, ManifestDocument document, Push push, @Nullable String actor) {
    String name = standing.name();
    String digest = document.digest().toString();
    List<ImageEvent> events = new ArrayList<>();
    Standing.Known manifest;
    if (push.bytes() == null) {
      manifest = standing.known();
    } else {
      manifest = new Standing.Known(document.mediaType(), push.bytes());
      List<String> platforms = push.platforms().isEmpty() ? null : push.platforms();
      events.add(
          new ImageEvent.Pushed(
              name, digest, manifest.mediaType(), manifest.imageBytes(), platforms, actor));
    }
    for (String tag : standing.moved(digest, push.tags())) {
      String previous = standing.tags().get(tag);
      events.add(
          new ImageEvent.Tagged(
              name, tag, digest, manifest.mediaType(), manifest.imageBytes(), previous, actor));
    }
    return events;
  }
}
