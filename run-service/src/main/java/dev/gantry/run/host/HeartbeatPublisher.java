package dev.gantry.run.host;

import dev.gantry.events.Envelope;
import dev.gantry.events.HostEvent;
import dev.gantry.run.request.BusProducer;
import java.net.URI;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Tells the bus how the host is. A heartbeat that does not get through is made up by the next. */
public final class HeartbeatPublisher {
  private static final Logger LOG = Logger.getLogger(HeartbeatPublisher.class);

  private final BusProducer producer;
  private final HostStatus status;

  public HeartbeatPublisher(BusProducer producer, HostStatus status) {
    this.producer = producer;
    this.status = status;
  }

  /** Sends one heartbeat. May block for as long as the producer looks for Kafka; never throws. */
  public void beat() {
    try {
      HostEvent.State state = status.state();
      var _ =
          producer.send(
              state.host(),
              new Envelope<>(
                  UUID.randomUUID().toString(),
                  URI.create("/gantry/run-service/" + state.host()),
                  state.at(),
                  state.host(),
                  null,
                  null,
                  null,
                  null,
                  state));
    } catch (RuntimeException e) {
      LOG.debugf("no heartbeat: %s", e.getMessage());
    }
  }
}
