package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.RunSpec;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to run something, as it arrived.
 *
 * @param id derived from the request's source and event id
 * @param spec what to run, or why this cannot be honoured
 * @param claimed what the request says of itself even where it cannot be honoured
 * @param cause the request on the bus
 * @param record the request as a structured CloudEvent
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Order(
    EntityId id, Parsed<RunSpec> spec, Claimed claimed, Cause cause, byte[] record) {

  /**
   * What the run is called and labelled.
   *
   * @param image the image's name; null where the request named none
   */
  public record Claimed(@Nullable String image, @Nullable String name, Map<String, String> labels) {
    /** Copies the labels. */
    public Claimed {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * The event that asked.
   *
   * @param correlationId shared by all that follows; never null, the event's own id where the
   *     sender set none
   */
  public record Cause(
      String eventId,
      String source,
      Instant time,
      String correlationId,
      @Nullable String traceparent) {}
}
