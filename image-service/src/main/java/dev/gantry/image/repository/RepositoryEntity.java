package dev.gantry.image.repository;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A repository; its row's lock orders all changes of its catalogue. */
@Entity
@Table(name = "repository")
public class RepositoryEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private String name;

  @Column(name = "event_sequence")
  private long eventSequence;

  @Column(name = "created_at")
  private Instant createdAt;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected RepositoryEntity() {}

  /** The row's key. */
  public long id() {
    if (id == null) {
      throw new IllegalStateException("not persisted yet");
    }
    return id;
  }

  public String name() {
    return name;
  }

  public Instant createdAt() {
    return createdAt;
  }

  /** Counts one more event; only under the row's lock. */
  public long nextEventSequence() {
    return ++eventSequence;
  }
}
