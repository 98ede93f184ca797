package dev.gantry.image.tag;

import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.tag.TagHistoryEntity.Move;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tags; changed only under the lock of their repository, as part of a larger transaction. */
@ApplicationScoped
public class TagRepository implements PanacheRepository<TagEntity> {
  /** How many moves of a tag are remembered. */
  public static final int HISTORY_MAX = 100;

  /** What a tag is now, if it is. */
  @Transactional
  public Optional<TagEntity> tag(RepositoryEntity repository, TagName name) {
    return find("repositoryId = ?1 and name = ?2", repository.id(), name.value())
        .firstResultOptional();
  }

  /**
   * Names after {@code last}, whatever their case; those that differ in case only, in byte order.
   * Source: OCI distribution-spec 1.1, "Listing Tags": case-insensitive alphanumeric order.
   */
  @Transactional
  public List<String> names(RepositoryEntity repository, String last, int limit) {
    return find(
            "repositoryId = ?1 and (lower(name) > ?2 or lower(name) = ?2 and name > ?3)"
                + " order by lower(name), name",
            repository.id(),
            last.toLowerCase(Locale.ROOT),
            last)
        .range(0, limit - 1)
        .stream()
        .map(TagEntity::name)
        .toList();
  }

  /** Tags that point to a digest, in byte order of their names. */
  @Transactional(Transactional.TxType.MANDATORY)
  public List<TagEntity> pointingTo(RepositoryEntity repository, String digest) {
    return list("repositoryId = ?1 and digest = ?2 order by name", repository.id(), digest);
  }

  /** Takes a tag away; the manifest stays. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void remove(RepositoryEntity repository, TagEntity tag, @Nullable String actor) {
    delete(tag);
    record(
        new TagHistoryEntity(
            repository.id(), tag.name(), new Move(tag.digest(), null), Instant.now(), actor));
  }

  /** What a tag pointed to at a time, as far back as is remembered; it may be deleted since. */
  @Transactional
  public Optional<String> asOf(RepositoryEntity repository, AsOf past) {
    return getEntityManager()
        .createQuery(
            "from TagHistoryEntity h where h.repositoryId = :repository and h.name = :name"
                + " and h.changedAt <= :at order by h.id desc",
            TagHistoryEntity.class)
        .setParameter("repository", repository.id())
        .setParameter("name", past.tag().value())
        .setParameter("at", past.at())
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .map(TagHistoryEntity::digest);
  }

  /** Moves of a tag before this one, newest first. */
  @Transactional
  public List<TagHistoryEntity> history(
      RepositoryEntity repository, TagName name, long before, int limit) {
    return getEntityManager()
        .createQuery(
            "from TagHistoryEntity h where h.repositoryId = :repository and h.name = :name"
                + " and h.id < :before order by h.id desc",
            TagHistoryEntity.class)
        .setParameter("repository", repository.id())
        .setParameter("name", name.value())
        .setParameter("before", before)
        .setMaxResults(limit)
        .getResultList();
  }

  private void record(TagHistoryEntity move) {
    var entities = getEntityManager();
    entities.persist(move);
    entities.flush();
    entities
        .createNativeQuery(
            "delete from tag_history where repository_id = :repository and name = :name and id <="
                + " (select id from tag_history where repository_id = :repository"
                + " and name = :name order by id desc offset :kept limit 1)")
        .setParameter("repository", move.repositoryId())
        .setParameter("name", move.name())
        .setParameter("kept", HISTORY_MAX)
        .executeUpdate();
  }
}
