package dev.gantry.run.request;

import dev.gantry.events.EntityId;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunRequest;
import dev.gantry.events.RunSpec;
import dev.gantry.run.problem.ProblemException;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Puts requests that came over HTTP onto the bus, where they are accepted as all others. */
public final class RequestPublisher {
  private static final URI SOURCE = URI.create("/gantry/run-service");

  private final BusProducer producer;

  public RequestPublisher(BusProducer producer) {
    this.producer = producer;
  }

  /**
   * Publishes a request.
   *
   * @param key the sender's key; the same key is the same run. Null: a run of its own
   * @return the run's id
   * @throws ProblemException when Kafka does not take it in time; it may still arrive
   */
  public EntityId publish(RunSpec spec, @Nullable String key) {
    String eventId = key == null ? UUID.randomUUID().toString() : key;
    EntityId id = EntityId.derive(EntityId.Kind.RUN, SOURCE.toString(), eventId);
    try {
      producer
          .send(
              id.value(),
              Envelope.request(eventId, SOURCE, Instant.now(), new RunRequest.Requested(spec)))
          .get(BusProducer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return id;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away(e);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw away(e);
    }
  }

  private static ProblemException away(Exception e) {
    return new ProblemException(
        ReasonCode.UNAVAILABLE,
        "Kafka does not take the request at the moment; repeat it with the same Idempotency-Key: "
            + e.getMessage());
  }
}
