package dev.gantry.image.tag;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One move of a tag: from where, to where; no digest means that it was taken away. */
@Entity
@Table(name = "tag_history")
public class TagHistoryEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "repository_id")
  private long repositoryId;

  private String name;
  private @Nullable String digest;

  @Column(name = "previous_digest")
  private @Nullable String previousDigest;

  @Column(name = "changed_at")
  private Instant changedAt;

  private @Nullable String actor;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected TagHistoryEntity() {}

  /** From where to where. */
  record Move(@Nullable String from, @Nullable String to) {}

  TagHistoryEntity(
      long repositoryId, String name, Move move, Instant changedAt, @Nullable String actor) {
    this.repositoryId = repositoryId;
    this.name = name;
    this.digest = move.to();
    this.previousDigest = move.from();
    this.changedAt = changedAt;
    this.actor = actor;
  }

  long id() {
    return Objects.requireNonNull(id, "persisted");
  }

  long repositoryId() {
    return repositoryId;
  }

  public String name() {
    return name;
  }

  public @Nullable String digest() {
    return digest;
  }

  public @Nullable String previousDigest() {
    return previousDigest;
  }

  public Instant changedAt() {
    return changedAt;
  }

  public @Nullable String actor() {
    return actor;
  }
}
