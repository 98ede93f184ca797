package dev.gantry.image.blob;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import dev.gantry.oci.content.Digest;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Which repository may read which blob. */
@ApplicationScoped
public class BlobLinkRepository implements PanacheRepository<BlobLinkEntity> {
  /** Of the grace: so old a link is made young again when somebody may rely on it. */
  private static final int RENEWALS = 4;

  private final RepositoryRepository repositories;
  private final BlobStore store;
  private final Duration renewal;

  BlobLinkRepository(RepositoryRepository repositories, BlobStore store, ImageConfig config) {
    this.repositories = repositories;
    this.store = store;
    this.renewal = config.gc().grace().dividedBy(RENEWALS);
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

  /**
   * As {@link #size}, for somebody who may go on to refer to the blob: the link counts as new, so
   * that it is not collected before that.
   */
  @Transactional
  public OptionalLong claim(RepositoryName repository, Digest digest) {
    return getEntityManager()
        .createQuery(
            "select b from BlobLinkEntity b join RepositoryEntity r on r.id = b.repositoryId"
                + " where r.name = :name and b.digest = :digest",
            BlobLinkEntity.class)
        .setParameter("name", repository.value())
        .setParameter("digest", digest.toString())
        .getResultStream()
        .filter(this::renewed)
        .mapToLong(BlobLinkEntity::sizeBytes)
        .findFirst();
  }

  /** False when it was collected in between. */
  private boolean renewed(BlobLinkEntity link) {
    Instant now = Instant.now();
    return link.linkedAt().isAfter(now.minus(renewal))
        || update("linkedAt = ?1 where id = ?2", now, link.id()) > 0;
  }

  /** Whether the store has the bytes of a blob. */
  public boolean stored(String digest) {
    return stored(Digest.parse(digest));
  }

  private boolean stored(Digest digest) {
    try {
      return store.find(digest).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Gives the repository, made if need be, a stored blob; again makes the link new. Nothing is done
   * when the store does not have it, or has it no longer: collecting and linking a blob exclude
   * each other.
   *
   * @return whether the repository has it now
   */
  @Transactional
  public boolean link(RepositoryName name, Digest digest, long sizeBytes) {
    RepositoryEntity repository = repositories.ensure(name);
    lock("pg_advisory_xact_lock_shared", digest);
    if (!stored(digest)) {
      return false;
    }
    getEntityManager()
        .createNativeQuery(
            "insert into blob_link (repository_id, digest, size_bytes, linked_at)"
                + " values (:repository, :digest, :size, :now)"
                + " on conflict (repository_id, digest) do update set linked_at = excluded.linked_at")
        .setParameter("repository", repository.id())
        .setParameter("digest", digest.toString())
        .setParameter("size", sizeBytes)
        .setParameter("now", Instant.now())
        .executeUpdate();
    return true;
  }

  /** What is done to a blob's bytes while nobody links it. */
  public interface Action<T> {
    T run() throws IOException;
  }

  /**
   * Does something while nobody can link this blob, if no repository links it; empty when one does.
   */
  @Transactional
  public <T> Optional<T> ifUnlinked(Digest digest, Action<T> action) throws IOException {
    lock("pg_advisory_xact_lock", digest);
    return isLinked(digest) ? Optional.empty() : Optional.of(action.run());
  }

  /** Whether some repository has the blob. */
  @Transactional
  public boolean isLinked(Digest digest) {
    return count("digest", digest.toString()) > 0;
  }

  /** Does something while nobody can link this blob. */
  @Transactional
  public <T> T exclusively(Digest digest, Action<T> action) throws IOException {
    lock("pg_advisory_xact_lock", digest);
    return action.run();
  }

  /** Digests that some repository links, in byte order, after {@code last}. */
  @Transactional
  public List<String> digests(String last, int most) {
    return getEntityManager()
        .createQuery(
            "select distinct b.digest from BlobLinkEntity b where b.digest > :last"
                + " order by b.digest",
            String.class)
        .setParameter("last", last)
        .setMaxResults(most)
        .getResultList();
  }

  /** Of the database, not of a row: there may be none yet. It lasts until the transaction ends. */
  private void lock(String function, Digest digest) {
    getEntityManager()
        .createNativeQuery("select 1 from " + function + "(hashtextextended(:digest, 0))")
        .setParameter("digest", digest.toString())
        .getResultList();
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
