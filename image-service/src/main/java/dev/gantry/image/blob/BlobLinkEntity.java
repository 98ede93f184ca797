package dev.gantry.image.blob;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A repository's right to a blob. */
@Entity
@Table(name = "blob_link")
public class BlobLinkEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "repository_id")
  private long repositoryId;

  private String digest;

  @Column(name = "size_bytes")
  private long sizeBytes;

  @Column(name = "linked_at")
  private Instant linkedAt;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected BlobLinkEntity() {}

  long id() {
    if (id == null) {
      throw new IllegalStateException("not persisted yet");
    }
    return id;
  }

  public long repositoryId() {
    return repositoryId;
  }

  public String digest() {
    return digest;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  public Instant linkedAt() {
    return linkedAt;
  }
}
