package dev.gantry.image.manifest;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A manifest of a repository with its bytes. */
@Entity
@Table(name = "manifest")
public class ManifestEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "repository_id")
  private long repositoryId;

  private String digest;

  @Column(name = "media_type")
  private String mediaType;

  @Column(name = "artifact_type")
  private @Nullable String artifactType;

  private @Nullable String subject;
  private String[] platforms;
  private byte[] content;

  @Column(name = "image_bytes")
  private long imageBytes;

  @Column(name = "pushed_at")
  private Instant pushedAt;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected ManifestEntity() {}

  public String digest() {
    return digest;
  }

  public String mediaType() {
    return mediaType;
  }

  public Optional<String> artifactType() {
    return Optional.ofNullable(artifactType);
  }

  public List<String> platforms() {
    return List.of(platforms);
  }

  /** Its bytes as pushed; not a copy. */
  public byte[] content() {
    return content;
  }

  /** The manifest and all that it refers to, as stored. */
  public long imageBytes() {
    return imageBytes;
  }

  public Instant pushedAt() {
    return pushedAt;
  }
}
