package dev.gantry.image.repository;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Repositories by name. */
@ApplicationScoped
public class RepositoryRepository implements PanacheRepository<RepositoryEntity> {
  /** Finds without locking. */
  @Transactional
  public Optional<RepositoryEntity> named(RepositoryName name) {
    return find("name", name.value()).firstResultOptional();
  }

  /**
   * Finds and locks the row until the caller's transaction ends. What the session knew of it before
   * is read again: the event sequence must not be a stale one.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Optional<RepositoryEntity> lock(RepositoryName name) {
    Optional<RepositoryEntity> found = named(name);
    found.ifPresent(
        repository -> getEntityManager().refresh(repository, LockModeType.PESSIMISTIC_WRITE));
    return found;
  }

  /** Makes sure that there is such a repository; repeated and concurrent calls are harmless. */
  @Transactional
  public RepositoryEntity ensure(RepositoryName name) {
    return named(name)
        .orElseGet(
            () -> {
              getEntityManager()
                  .createNativeQuery(
                      "insert into repository (name, created_at) values (:name, :now)"
                          + " on conflict (name) do nothing")
                  .setParameter("name", name.value())
                  .setParameter("now", Instant.now())
                  .executeUpdate();
              return named(name).orElseThrow();
            });
  }

  /** Names of the repositories that hold manifests, in byte order, after {@code last}. */
  @Transactional
  public List<String> catalog(String last, int limit) {
    return getEntityManager()
        .createQuery(
            "select r.name from RepositoryEntity r where r.name > :last and exists"
                + " (select 1 from ManifestEntity m where m.repositoryId = r.id) order by r.name",
            String.class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList();
  }
}
