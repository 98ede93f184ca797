package dev.gantry.image.manifest;

import dev.gantry.events.ImageEvent;
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
import java.util.List;
import java.util.Optional;

/**
 * Finds manifests and takes them away; {@link PushRepository} brings them. Each change is one
 * transaction under the repository's lock, and writes the facts that tell of it into the outbox.
 * What changes nothing writes none.
 */
@ApplicationScoped
public class ManifestRepository implements PanacheRepository<ManifestEntity> {
  private final RepositoryRepository repositories;
  private final TagRepository tags;
  private final OutboxRepository outbox;
  private final ActorWiring actors;

  ManifestRepository(
      RepositoryRepository repositories,
      TagRepository tags,
      OutboxRepository outbox,
      ActorWiring actors) {
    this.repositories = repositories;
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
