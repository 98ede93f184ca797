package dev.gantry.image.upload;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Whose upload it is; its bytes, and how many, are in the file of its name. */
@Entity
@Table(name = "upload")
public class UploadEntity {
  @Id private UUID id;

  @Column(name = "repository_id")
  private long repositoryId;

  @Column(name = "started_at")
  private Instant startedAt;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected UploadEntity() {}

  UploadEntity(UUID id, long repositoryId, Instant startedAt) {
    this.id = id;
    this.repositoryId = repositoryId;
    this.startedAt = startedAt;
  }

  public UUID id() {
    return id;
  }

  public long repositoryId() {
    return repositoryId;
  }

  public Instant startedAt() {
    return startedAt;
  }
}
