package dev.gantry.image.tag;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A tag and the manifest that it points to now. */
@Entity
@Table(name = "tag")
public class TagEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "repository_id")
  private long repositoryId;

  private String name;
  private String digest;

  @Column(name = "tagged_at")
  private Instant taggedAt;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected TagEntity() {}

  TagEntity(long repositoryId, String name, String digest, Instant taggedAt) {
    this.repositoryId = repositoryId;
    this.name = name;
    this.digest = digest;
    this.taggedAt = taggedAt;
  }

  public String name() {
    return name;
  }

  public String digest() {
    return digest;
  }

  public Instant taggedAt() {
    return taggedAt;
  }

  public long repositoryId() {
    return repositoryId;
  }

  void move(String newDigest, Instant now) {
    digest = newDigest;
    taggedAt = now;
  }
}
