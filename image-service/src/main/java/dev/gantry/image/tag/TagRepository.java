package dev.gantry.image.tag;

import dev.gantry.image.repository.RepositoryEntity;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tags; changed only under the lock of their repository, as part of a larger transaction. */
@ApplicationScoped
public class TagRepository implements PanacheRepository<TagEntity> {
  private static final int HISTORY_MAX = 100;

  /** What a tag is now, if it is. */
  @Transactional
  public Optional<TagEntity> tag(RepositoryEntity repository, TagName name) {
    return find("repositoryId = ?1 and name = ?2", repository.id(), name.value())
        .firstResultOptional();
  }

  /** Names in byte order after {@code last}. */
  @Transactional
  public List<String> names(RepositoryEntity repository, String last, int limit) {
    return find("repositoryId = ?1 and name > ?2 order by name", repository.id(), last)
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

  /** Moves a tag, made if need be. The caller has made sure that this is a change. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void move(RepositoryEntity repository, TagName name, String digest) {
    Instant now = Instant.now();
    Optional<TagEntity> known = tag(repository, name);
    String previous = known.map(TagEntity::digest).orElse(null);
    known.ifPresentOrElse(
        tag -> tag.move(digest, now),
        () -> persist(new TagEntity(repository.id(), name.value(), digest, now)));
    record(repository, name.value(), digest, previous);
  }

  /** Takes a tag away; the manifest stays. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void remove(RepositoryEntity repository, TagEntity tag) {
    delete(tag);
    record(repository, tag.name(), null, tag.digest());
  }

  private void record(
      RepositoryEntity repository,
      String name,
      @Nullable String digest,
      @Nullable String previous) {
    var entities = getEntityManager();
    entities.persist(new TagHistoryEntity(repository.id(), name, digest, previous, Instant.now()));
    entities.flush();
    entities
        .createNativeQuery(
            "delete from tag_history where repository_id = :repository and name = :name and id <="
                + " (select id from tag_history where repository_id = :repository"
                + " and name = :name order by id desc offset :kept limit 1)")
        .setParameter("repository", repository.id())
        .setParameter("name", name)
        .setParameter("kept", HISTORY_MAX)
        .executeUpdate();
  }
}
