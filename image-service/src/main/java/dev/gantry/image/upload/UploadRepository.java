package dev.gantry.image.upload;

import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Which upload belongs to which repository. */
@ApplicationScoped
public class UploadRepository implements PanacheRepositoryBase<UploadEntity, UUID> {
  private final RepositoryRepository repositories;

  UploadRepository(RepositoryRepository repositories) {
    this.repositories = repositories;
  }

  /** Notes a new upload of the repository, which is made if need be. */
  @Transactional
  public void open(RepositoryName name, UUID id) {
    persist(new UploadEntity(id, repositories.ensure(name).id(), Instant.now()));
  }

  /** Whether the upload is this repository's. */
  @Transactional
  public boolean belongs(RepositoryName name, UUID id) {
    return repositories
        .named(name)
        .map(repository -> count("id = ?1 and repositoryId = ?2", id, repository.id()) > 0)
        .orElse(false);
  }

  /** Forgets an upload; again is no error. */
  @Transactional
  public void close(UUID id) {
    deleteById(id);
  }

  /** Those of the uploads that belong to a repository. */
  @Transactional
  public Set<UUID> known(Collection<UUID> ids) {
    return ids.isEmpty()
        ? Set.of()
        : stream("id in ?1", ids).map(UploadEntity::id).collect(Collectors.toSet());
  }

  /** Forgets these, all at once; again is no error. */
  @Transactional
  public void close(Collection<UUID> ids) {
    if (!ids.isEmpty()) {
      delete("id in ?1", ids);
    }
  }

  /** The oldest uploads that were started before then. */
  @Transactional
  public List<UUID> startedBefore(Instant then, int limit) {
    return find("startedAt < ?1 order by startedAt", then).range(0, limit - 1).stream()
        .map(UploadEntity::id)
        .toList();
  }
}
