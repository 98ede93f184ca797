package dev.gantry.image.blob;

import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import dev.gantry.oci.content.Digest;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Which repository may read which blob. */
@ApplicationScoped
public class BlobLinkRepository implements PanacheRepository<BlobLinkEntity> {
  private final RepositoryRepository repositories;

  BlobLinkRepository(RepositoryRepository repositories) {
    this.repositories = repositories;
  }

  /** The size of a blob that the repository links; empty when it does not. */
  @Transactional
  public OptionalLong size(RepositoryName repository, Digest digest) {
    return getEntityManager()
        .createQuery(
            "select b.sizeBytes from BlobLinkEntity b join RepositoryEntity r"
                + " on r.id = b.repositoryId where r.name = :name and b.digest = :digest",
            Long.class)
        .setParameter("name", repository.value())
        .setParameter("digest", digest.toString())
        .getResultStream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** Sizes of those of the blobs that the repository links, by digest. */
  @Transactional
  public Map<String, Long> sizes(RepositoryEntity repository, Collection<String> digests) {
    return list("repositoryId = ?1 and digest in ?2", repository.id(), digests).stream()
        .collect(Collectors.toMap(BlobLinkEntity::digest, BlobLinkEntity::sizeBytes));
  }

  /** Gives the repository, made if need be, a stored blob; again is no change. */
  @Transactional
  public void link(RepositoryName name, Digest digest, long sizeBytes) {
    RepositoryEntity repository = repositories.ensure(name);
    getEntityManager()
        .createNativeQuery(
            "insert into blob_link (repository_id, digest, size_bytes, linked_at)"
                + " values (:repository, :digest, :size, :now)"
                + " on conflict (repository_id, digest) do nothing")
        .setParameter("repository", repository.id())
        .setParameter("digest", digest.toString())
        .setParameter("size", sizeBytes)
        .setParameter("now", Instant.now())
        .executeUpdate();
  }

  /** Takes the blob from the repository; false when it did not have it. The content stays. */
  @Transactional
  public boolean unlink(RepositoryName name, Digest digest) {
    // The lock keeps a manifest that is being checked from losing its blob in between.
    return repositories
        .lock(name)
        .map(
            repository ->
                delete("repositoryId = ?1 and digest = ?2", repository.id(), digest.toString()) > 0)
        .orElse(false);
  }
}
