package dev.gantry.image.collect;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.manifest.ManifestRepository;
import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of the catalogue nothing refers to. Each change is one transaction under the lock of its
 * repository, as every push is: whoever comes first, the other sees it.
 */
@ApplicationScoped
public class GarbageRepository {
  /** What tags, and what is new, keep; with all that these lead to, in either direction. */
  private static final String UNTAGGED =
      """
      with recursive kept(digest) as (
        select m.digest from manifest m where m.repository_id = :repository and (
          m.pushed_at >= :cutoff
          or exists (select 1 from tag t
            where t.repository_id = m.repository_id and t.digest = m.digest)
          or exists (select 1 from tag_history h where h.repository_id = m.repository_id
            and h.previous_digest = m.digest and h.changed_at >= :cutoff))
        union
        select next.digest from kept k cross join lateral (
          select r.digest from manifest p join manifest_reference r on r.manifest_id = p.id
            where p.repository_id = :repository and p.digest = k.digest and r.kind = 'manifest'
          union all
          select s.digest from manifest s
            where s.repository_id = :repository and s.subject = k.digest) next)
      select m.digest from manifest m where m.repository_id = :repository
        and m.digest not in (select digest from kept) order by m.digest limit :most
      """;

  private static final String UNNAMED =
      """
       b.repository_id = :repository and not exists (
        select 1 from manifest_reference r join manifest m on m.id = r.manifest_id
          where m.repository_id = b.repository_id and r.kind = 'blob' and r.digest = b.digest
            and m.digest not in (:doomed))
      """;

  private final RepositoryRepository repositories;
  private final ManifestRepository manifests;
  private final BlobLinkRepository links;
  private final EntityManager entities;

  GarbageRepository(
      RepositoryRepository repositories,
      ManifestRepository manifests,
      BlobLinkRepository links,
      EntityManager entities) {
    this.repositories = repositories;
    this.manifests = manifests;
    this.links = links;
    this.entities = entities;
  }

  /** Names of all repositories, in byte order, after {@code last}. */
  @Transactional
  public List<RepositoryName> repositories(String last, int most) {
    return entities
        .createQuery(
            "select r.name from RepositoryEntity r where r.name > :last order by r.name",
            String.class)
        .setParameter("last", last)
        .setMaxResults(most)
        .getResultStream()
        .map(RepositoryName::new)
        .toList();
  }

  /**
   * Manifests, pushed and untagged before the cutoff, that no tag leads to: not directly, not by an
   * index, not as the referrer of what stays.
   */
  @Transactional
  public List<String> untagged(RepositoryName name, Instant cutoff, int most) {
    return repositories
        .named(name)
        .map(repository -> untagged(repository, cutoff, most))
        .orElseGet(List::of);
  }

  /** Deletes some of the manifests that {@link #untagged} names, each with its event. */
  @Transactional
  public int deleteUntagged(RepositoryName name, Instant cutoff, int most) {
    Optional<RepositoryEntity> repository = repositories.lock(name);
    if (repository.isEmpty()) {
      return 0;
    }
    List<String> digests = untagged(repository.get(), cutoff, most);
    digests.forEach(digest -> manifests.delete(name, digest));
    return digests.size();
  }

  private List<String> untagged(RepositoryEntity repository, Instant cutoff, int most) {
    return texts(
        entities
            .createNativeQuery(UNTAGGED, String.class)
            .setParameter("repository", repository.id())
            .setParameter("cutoff", cutoff)
            .setParameter("most", most)
            .getResultList());
  }

  /** Takes blobs from the repository that were linked before and that no manifest of it names. */
  @Transactional
  public int unlink(RepositoryName name, Instant cutoff) {
    return repositories
        .lock(name)
        .map(
            repository ->
                entities
                    .createNativeQuery(
                        "delete from blob_link b where b.linked_at < :cutoff and" + UNNAMED)
                    .setParameter("repository", repository.id())
                    .setParameter("cutoff", cutoff)
                    .setParameter("doomed", List.of(""))
                    .executeUpdate())
        .orElse(0);
  }

  /** What {@link #unlink} would take, were these manifests gone. */
  @Transactional
  public List<String> unlinkable(RepositoryName name, Instant cutoff, Collection<String> doomed) {
    return repositories
        .named(name)
        .map(
            repository ->
                texts(
                    entities
                        .createNativeQuery(
                            "select b.digest from blob_link b where b.linked_at < :cutoff and"
                                + UNNAMED,
                            String.class)
                        .setParameter("repository", repository.id())
                        .setParameter("cutoff", cutoff)
                        .setParameter("doomed", doomed.isEmpty() ? List.of("") : doomed)
                        .getResultList()))
        .orElseGet(List::of);
  }

  /** How many blobs the repository links that no manifest of it names, yet. */
  @Transactional
  public long unnamed(RepositoryName name) {
    return repositories
        .named(name)
        .map(
            repository ->
                ((Number)
                        entities
                            .createNativeQuery("select count(*) from blob_link b where" + UNNAMED)
                            .setParameter("repository", repository.id())
                            .setParameter("doomed", List.of(""))
                            .getSingleResult())
                    .longValue())
        .orElse(0L);
  }

  /** Those of the digests that some repository links. */
  @Transactional
  public Set<String> linked(Collection<String> digests) {
    return new HashSet<>(
        links
            .getEntityManager()
            .createQuery(
                "select distinct b.digest from BlobLinkEntity b where b.digest in :digests",
                String.class)
            .setParameter("digests", digests)
            .getResultList());
  }

  /** How many repositories link a blob. */
  @Transactional
  public long links(String digest) {
    return links.count("digest", digest);
  }

  private static List<String> texts(List<?> rows) {
    return rows.stream().map(String.class::cast).toList();
  }
}
