package dev.gantry.image.outbox;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A fact that is committed and not yet known to be in the log. */
@Entity
@Table(name = "outbox")
public class OutboxEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long position;

  private String topic;
  private String key;

  @Column(name = "event_id")
  private String eventId;

  private byte[] value;

  /** For Hibernate, which fills the fields. */
  @SuppressWarnings("NullAway.Init")
  protected OutboxEntity() {}

  OutboxEntity(String topic, String key, String eventId, byte[] value) {
    this.topic = topic;
    this.key = key;
    this.eventId = eventId;
    this.value = value;
  }

  long position() {
    if (position == null) {
      throw new IllegalStateException("not persisted yet");
    }
    return position;
  }

  String topic() {
    return topic;
  }

  String key() {
    return key;
  }

  String eventId() {
    return eventId;
  }

  byte[] value() {
    return value;
  }
}
