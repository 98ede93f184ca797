package dev.gantry.build.queue;

import dev.gantry.events.BuildSpec;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to build.
 *
 * @param id derived from the request's source and id
 * @param requestId the id of the request's event
 * @param publish the request itself, where it did not come over Kafka and shall be seen there
 * @param mark tells it from other requests with the same id; absent where there can be none
 * @param secrets values by id, sealed
 */
public record Submission(
    String id,
    BuildSpec spec,
    String requestId,
    @Nullable String correlationId,
    @Nullable Envelope<? extends Event> publish,
    @Nullable String mark,
    Map<String, byte[]> secrets) {
  /** Copies the map. */
  public Submission {
    secrets = Map.copyOf(secrets);
  }

  /** A request that came over the bus: there are neither marks nor values of secrets there. */
  public static Submission ofBus(Envelope<? extends Event> request, String id, BuildSpec spec) {
    return new Submission(id, spec, request.id(), request.correlationId(), null, null, Map.of());
  }
}
