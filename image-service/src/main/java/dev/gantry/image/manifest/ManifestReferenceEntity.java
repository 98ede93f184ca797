package dev.gantry.image.manifest;

import dev.gantry.image.manifest.ManifestDocument.Target;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** That a manifest needs a blob or another manifest. */
@Entity
@Table(name = "manifest_reference")
public class ManifestReferenceEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "manifest_id")
  private long manifestId;

  private String kind;
  private String digest;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected ManifestReferenceEntity() {}

  ManifestReferenceEntity(long manifestId, Target target) {
    this.manifestId = manifestId;
    this.kind =
        switch (target) {
          case Target.Blob blob -> "blob";
          case Target.Manifest manifest -> "manifest";
        };
    this.digest = target.digest();
  }

  public long manifestId() {
    return manifestId;
  }

  public String kind() {
    return kind;
  }

  public String digest() {
    return digest;
  }
}
