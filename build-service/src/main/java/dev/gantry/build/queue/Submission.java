package dev.gantry.build.queue;

import dev.gantry.events.BuildSpec;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import org.jspecify.annotations.Nullable;

/**
 * A request to build.
 *
 * @param id derived from the request's source and id
 * @param requestId the id of the request's event
 * @param publish the request itself, where it did not come over Kafka and shall be seen there
 */
public record Submission(
    String id,
    BuildSpec spec,
    String requestId,
    @Nullable String correlationId,
    @Nullable Envelope<? extends Event> publish) {}
