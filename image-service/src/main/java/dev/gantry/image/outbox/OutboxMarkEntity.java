package dev.gantry.image.outbox;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** Up to where a partition is known to hold nothing that the outbox still has. */
@Entity
@Table(name = "outbox_mark")
public class OutboxMarkEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private String topic;
  private int partition;

  @Column(name = "next_offset")
  private long nextOffset;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected OutboxMarkEntity() {}

  String topic() {
    return topic;
  }

  int partition() {
    return partition;
  }

  long nextOffset() {
    return nextOffset;
  }
}
