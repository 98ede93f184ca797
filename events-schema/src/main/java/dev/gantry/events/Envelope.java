package dev.gantry.events;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event with its CloudEvents 1.0 attributes.
 *
 * @param id unique within the source; of facts: {@code <entity id>-<sequence>}, of images {@code
 *     <repository>@<sequence>}
 * @param source of facts: {@code /gantry/<service>/<host>}
 * @param time when it happened, to the microsecond; of a request without: when it was decoded
 * @param subject of facts: the entity's id (of images: the repository)
 * @param sequence of facts: from 1, contiguous per subject
 * @param causationId id of the event that caused this one
 * @param correlationId shared by all that one request led to
 * @param traceparent W3C trace context
 * @param data the event itself
 */
public record Envelope<E extends Event>(
    String id,
    URI source,
    Instant time,
    @Nullable String subject,
    @Nullable Long sequence,
    @Nullable String causationId,
    @Nullable String correlationId,
    @Nullable String traceparent,
    E data) {

  /** A fact of an entity; its id follows from subject and sequence. */
  public static <E extends Event> Envelope<E> fact(
      URI source, Instant time, String subject, long sequence, E data) {
    return new Envelope<>(
        factId(subject, sequence, data), source, time, subject, sequence, null, null, null, data);
  }

  /** A request; whoever sends it twice with the same source and id asks once. */
  public static <E extends Event> Envelope<E> request(String id, URI source, Instant time, E data) {
    return new Envelope<>(id, source, time, null, null, null, null, null, data);
  }

  /** The same event, naming the event that caused it and the request that it all began with. */
  public Envelope<E> causedBy(@Nullable String causationId, @Nullable String correlationId) {
    return new Envelope<>(
        id, source, time, subject, sequence, causationId, correlationId, traceparent, data);
  }

  /** The same event within a W3C trace. */
  public Envelope<E> traced(@Nullable String traceparent) {
    return new Envelope<>(
        id, source, time, subject, sequence, causationId, correlationId, traceparent, data);
  }

  /** The CloudEvents type of the data. */
  public EventType type() {
    return EventType.of(data);
  }

  private static String factId(String subject, long sequence, Event data) {
    return subject + (data instanceof ImageEvent ? '@' : '-') + sequence;
  }
}
