package dev.gantry.image.outbox;

import dev.gantry.bus.BusUnavailableException;
import dev.gantry.bus.FactPublisher;
import dev.gantry.bus.TopicAdmin;
import dev.gantry.bus.TopicSpec;
import dev.gantry.events.Topics;
import dev.gantry.image.schema.SchemaWiring;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Publishes the outbox, once the database and Kafka are there; until then facts wait in it. */
@ApplicationScoped
@Startup
public class FactWiring {
  private static final Logger LOG = Logger.getLogger(FactWiring.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final OutboxRepository outbox;
  private final SchemaWiring schema;
  private final Map<String, Object> kafka;
  private @Nullable FactPublisher publisher;
  private @Nullable Thread starter;
  private boolean stopped;

  FactWiring(
      OutboxRepository outbox,
      SchemaWiring schema,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.outbox = outbox;
    this.schema = schema;
    this.kafka = Map.of("bootstrap.servers", bootstrapServers);
  }

  void start(@Observes StartupEvent event) {
    starter = Thread.ofPlatform().daemon().name("image-facts-start").start(this::startWhenReady);
  }

  void stop(@Observes ShutdownEvent event) {
    synchronized (this) {
      stopped = true;
    }
    if (starter != null) {
      starter.interrupt();
    }
    if (publisher != null) {
      publisher.close();
    }
  }

  private void startWhenReady() {
    try {
      schema.await();
      while (!topicsEnsured()) {
        Thread.sleep(PAUSE);
      }
      startPublisher();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Shutting down.
    }
  }

  private boolean topicsEnsured() {
    try {
      TopicSpec topic = TopicSpec.log(Topics.IMAGE_EVENTS, Topics.PARTITIONS, Topics.RETENTION);
      TopicAdmin.ensure(kafka, List.of(topic), PATIENCE);
      return true;
    } catch (BusUnavailableException | KafkaException e) {
      LOG.warnf("waiting for Kafka: %s", e.getMessage());
      return false;
    }
  }

  private synchronized void startPublisher() {
    if (!stopped) {
      publisher = new FactPublisher(kafka, outbox, "image-facts");
      publisher.start();
    }
  }
}
