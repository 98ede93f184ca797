package dev.gantry.image.manifest;

import dev.gantry.events.ImageEvent;
import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.manifest.ManifestDocument.Target;
import dev.gantry.image.outbox.OutboxRepository;
import dev.gantry.image.protocol.ActorWiring;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import dev.gantry.image.tag.AsOf;
import dev.gantry.image.tag.TagEntity;
import dev.gantry.image.tag.TagName;
import dev.gantry.image.tag.TagRepository;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue's one door for change: each method is one transaction under the repository's lock,
 * and writes the facts that tell of it into the outbox. What changes nothing writes none.
 */
@ApplicationScoped
public class ManifestRepository implements PanacheRepository<ManifestEntity> {
  private final RepositoryRepository repositories;
  private final BlobLinkRepository blobs;
  private final TagRepository tags;
  private final OutboxRepository outbox;
  private final ActorWiring actors;

  ManifestRepository(
      RepositoryRepository repositories,
      BlobLinkRepository blobs,
      TagRepository tags,
      OutboxRepository outbox,
      ActorWiring actors) {
    this.repositories = repositories;
    this.blobs = blobs;
    this.tags = tags;
    this.outbox = outbox;
    this.actors = actors;
  }

  /** Finds by tag or digest; {@code NAME_UNKNOWN} or {@code MANIFEST_UNKNOWN} when it is not. */
  @Transactional
  public Outcome<ManifestEntity> manifest(RepositoryName name, ManifestReference reference) {
    if (reference instanceof ManifestReference.ByTag(TagName tag)) {
      Optional<ManifestEntity> tagged = tagged(name, tag);
      if (tagged.isPresent()) {
        return Outcome.done(tagged.get());
      }
    }
    return repositories
        .named(name)
        .map(repository -> resolve(repository, reference))
        .orElseGet(ManifestRepository::unknownName);
  }

  /** In one query: every start of a run waits for it. */
  private Optional<ManifestEntity> tagged(RepositoryName name, TagName tag) {
    return getEntityManager()
        .createQuery(
            "select m from RepositoryEntity r, TagEntity t, ManifestEntity m where r.name = :name"
                + " and t.repositoryId = r.id and t.name = :tag"
                + " and m.repositoryId = r.id and m.digest = t.digest",
            ManifestEntity.class)
        .setParameter("name", name.value())
        .setParameter("tag", tag.value())
        .getResultStream()
        .findFirst();
  }

  private Outcome<ManifestEntity> resolve(
      RepositoryEntity repository, ManifestReference reference) {
    Optional<String> digest =
        switch (reference) {
          case ManifestReference.ByDigest(var named) -> Optional.of(named.toString());
          case ManifestReference.ByTag(TagName tag) ->
              tags.tag(repository, tag)
                  .map(TagEntity::digest)
                  .or(() -> AsOf.parse(tag).flatMap(past -> tags.asOf(repository, past)));
        };
    return digest
        .flatMap(known -> byDigest(repository, known))
        .map(Outcome::done)
        .orElseGet(ManifestRepository::unknownManifest);
  }

  /**
   * Stores a manifest, if it is not there yet ({@code pushed}), and points tags to it, if they do
   * not yet ({@code tagged}).
   *
   * @param platforms as the event names them
   * @return nothing of interest, {@code MANIFEST_BLOB_UNKNOWN}, or {@code MANIFEST_INVALID} when a
   *     size is not that of what is there
   */
  @Transactional
  public Outcome<Boolean> push(
      RepositoryName name,
      ManifestDocument document,
      List<String> platforms,
      Collection<TagName> newTags) {
    repositories.ensure(name);
    RepositoryEntity repository = repositories.lock(name).orElseThrow();
    String digest = document.digest().toString();
    boolean isNew = byDigest(repository, digest).isEmpty();
    if (isNew) {
      Map<String, Present> present = present(repository, document);
      Optional<Target> missing =
          document.targets().stream()
              .filter(target -> !present.containsKey(target.digest()))
              .findFirst();
      if (missing.isPresent()) {
        return Outcome.refused(
            ErrorCode.MANIFEST_BLOB_UNKNOWN,
            "the manifest refers to what this repository does not have: " + missing.get().digest());
      }
      Optional<Target> wrong =
          document.targets().stream()
              .filter(target -> differs(target, present.get(target.digest())))
              .findFirst();
      if (wrong.isPresent()) {
        return Outcome.refused(
            ErrorCode.MANIFEST_INVALID,
            "the manifest names another size than that of " + wrong.get().digest());
      }
      long referred = present.values().stream().mapToLong(Present::imageBytes).sum();
      store(repository, document, platforms, document.content().length + referred);
    }
    newTags.forEach(tag -> tag(repository, tag, digest));
    return Outcome.done(isNew);
  }

  /**
   * As {@link #push}, of a manifest that another registry vouches for: what it refers to comes when
   * it is asked for.
   *
   * @param bytes of the manifest and all that it refers to, as it says itself
   */
  @Transactional
  public void adopt(
      RepositoryName name, ManifestDocument document, long bytes, Collection<TagName> newTags) {
    repositories.ensure(name);
    RepositoryEntity repository = repositories.lock(name).orElseThrow();
    String digest = document.digest().toString();
    if (byDigest(repository, digest).isEmpty()) {
      store(repository, document, document.platforms(), bytes);
    }
    newTags.forEach(tag -> tag(repository, tag, digest));
  }

  private static boolean differs(Target target, @Nullable Present present) {
    return present != null && present.bytes() != target.size();
  }

  private void store(
      RepositoryEntity repository, ManifestDocument document, List<String> platforms, long bytes) {
    ManifestEntity manifest = new ManifestEntity(repository.id(), document, platforms, bytes);
    persist(manifest);
    document.targets().stream()
        .distinct()
        .map(target -> new ManifestReferenceEntity(manifest.id(), target))
        .forEach(getEntityManager()::persist);
    outbox.append(
        repository,
        new ImageEvent.Pushed(
            repository.name(),
            document.digest().toString(),
            document.mediaType(),
            bytes,
            platforms.isEmpty() ? null : platforms,
            actors.current()));
  }

  private void tag(RepositoryEntity repository, TagName tag, String digest) {
    ManifestEntity manifest = byDigest(repository, digest).orElseThrow();
    String actor = actors.current();
    String previous = tags.tag(repository, tag).map(TagEntity::digest).orElse(null);
    if (!digest.equals(previous)) {
      getEntityManager().flush(); // The tag refers to the manifest's row.
      tags.move(repository, tag, digest, actor);
      outbox.append(
          repository,
          new ImageEvent.Tagged(
              repository.name(),
              tag.value(),
              digest,
              manifest.mediaType(),
              manifest.imageBytes(),
              previous,
              actor));
    }
  }

  /**
   * What a manifest refers to and is there.
   *
   * @param imageBytes with all that it refers to itself
   */
  private record Present(long bytes, long imageBytes) {}

  /** What of the targets is there, by digest. */
  private Map<String, Present> present(RepositoryEntity repository, ManifestDocument document) {
    List<String> digests = document.targets().stream().map(Target::digest).distinct().toList();
    if (digests.isEmpty()) {
      return Map.of();
    }
    boolean manifests = document.targets().getFirst() instanceof Target.Manifest;
    if (manifests) {
      return presentManifests(repository, digests);
    }
    return blobs.sizes(repository, digests).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, size -> new Present(size.getValue(), size.getValue())));
  }

  private Map<String, Present> presentManifests(RepositoryEntity repository, List<String> digests) {
    List<?> rows =
        getEntityManager()
            .createNativeQuery(
                "select digest, octet_length(content), image_bytes from manifest"
                    + " where repository_id = :repository and digest in (:digests)",
                Object[].class)
            .setParameter("repository", repository.id())
            .setParameter("digests", digests)
            .getResultList();
    return rows.stream()
        .map(Object[].class::cast)
        .collect(
            Collectors.toMap(
                row -> (String) row[0],
                row -> new Present(((Number) row[1]).longValue(), ((Number) row[2]).longValue())));
  }

  /** Takes a tag away ({@code untagged}); the manifest stays. */
  @Transactional
  public Outcome<Boolean> untag(RepositoryName name, TagName tag) {
    return repositories
        .lock(name)
        .<Outcome<Boolean>>map(
            repository ->
                tags.tag(repository, tag)
                    .<Outcome<Boolean>>map(
                        known -> {
                          untag(repository, known);
                          return Outcome.done(true);
                        })
                    .orElseGet(ManifestRepository::unknownManifest))
        .orElseGet(ManifestRepository::unknownName);
  }

  private void untag(RepositoryEntity repository, TagEntity tag) {
    ManifestEntity manifest = byDigest(repository, tag.digest()).orElseThrow();
    String actor = actors.current();
    tags.remove(repository, tag, actor);
    outbox.append(
        repository,
        new ImageEvent.Untagged(
            repository.name(),
            tag.name(),
            tag.digest(),
            manifest.mediaType(),
            manifest.imageBytes(),
            actor));
  }

  /** Deletes a manifest ({@code deleted}) and every tag that points to it ({@code untagged}). */
  @Transactional
  public Outcome<Boolean> delete(RepositoryName name, String digest) {
    Optional<RepositoryEntity> repository = repositories.lock(name);
    if (repository.isEmpty()) {
      return unknownName();
    }
    Optional<ManifestEntity> manifest = byDigest(repository.get(), digest);
    if (manifest.isEmpty()) {
      return unknownManifest();
    }
    tags.pointingTo(repository.get(), digest).forEach(tag -> untag(repository.get(), tag));
    getEntityManager().flush(); // Tags first: they refer to the manifest's row.
    delete(manifest.get());
    outbox.append(
        repository.get(),
        new ImageEvent.Deleted(
            repository.get().name(),
            digest,
            manifest.get().mediaType(),
            manifest.get().imageBytes(),
            actors.current()));
    return Outcome.done(true);
  }

  /** Names of the tags that point to a digest, in byte order. */
  @Transactional
  public List<String> tagsOf(RepositoryName name, String digest) {
    return repositories
        .named(name)
        .map(repository -> tags.pointingTo(repository, digest))
        .orElseGet(List::of)
        .stream()
        .map(TagEntity::name)
        .toList();
  }

  /** Manifests whose subject is this digest, in byte order of their own, after {@code last}. */
  @Transactional
  public List<ManifestEntity> referrers(
      RepositoryName name, String subject, String last, int limit) {
    return repositories
        .named(name)
        .map(
            repository ->
                find(
                        "repositoryId = ?1 and subject = ?2 and digest > ?3 order by digest",
                        repository.id(),
                        subject,
                        last)
                    .range(0, limit - 1)
                    .list())
        .orElse(List.of());
  }

  private Optional<ManifestEntity> byDigest(RepositoryEntity repository, String digest) {
    return find("repositoryId = ?1 and digest = ?2", repository.id(), digest).firstResultOptional();
  }

  private static <T> Outcome<T> unknownName() {
    return Outcome.refused(ErrorCode.NAME_UNKNOWN, "no such repository");
  }

  private static <T> Outcome<T> unknownManifest() {
    return Outcome.refused(ErrorCode.MANIFEST_UNKNOWN, "no such manifest in this repository");
  }
}
