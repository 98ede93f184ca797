package dev.gantry.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a record of the bus turned out to be. */
public sealed interface Decoded {

  /** An event. */
  record Ok(Envelope<? extends Event> envelope) implements Decoded {}

  /**
   * A CloudEvent of a known type whose identity is established but whose content cannot be
   * honoured: its sender gets an answer, under the id that it chose.
   *
   * @param data as sent, possibly anything
   * @param problem the field that is wrong, and why
   */
  record Refused(
      String id,
      URI source,
      EventType type,
      Instant time,
      @Nullable String correlationId,
      @Nullable String traceparent,
      JsonNode data,
      Parsed.Invalid<Event> problem)
      implements Decoded {}

  /** Nothing that can be answered: a case for the dead letters. */
  record Malformed(ReasonCode reason, String detail) implements Decoded {}
}
