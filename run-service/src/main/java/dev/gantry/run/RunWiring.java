package dev.gantry.run;

import dev.gantry.run.host.Drain;
import dev.gantry.run.host.HostStatus;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.network.RunNetwork;
import dev.gantry.run.node.Connections;
import dev.gantry.run.node.Node;
import dev.gantry.run.node.NodeSettings;
import dev.gantry.run.request.BusProducer;
import dev.gantry.run.request.RequestPublisher;
import dev.gantry.run.request.Waits;
import dev.gantry.run.settings.RunConfig;
import dev.gantry.run.storage.Storage;
import dev.gantry.run.volume.VolumeStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;

/** Starts and stops the parts of the service, and gives them to those who answer HTTP. */
@Singleton
public final class RunWiring {
  private final Node node;
  private final BusProducer producer;
  private final Connections connections;

  RunWiring(
      RunConfig config,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
      @ConfigProperty(name = "quarkus.http.host") String httpHost,
      @ConfigProperty(name = "quarkus.http.port") int httpPort,
      DataSource database,
      Flyway flyway)
      throws IOException {
    this.node = Node.open(NodeSettings.of(config, httpHost + ":" + httpPort));
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrapServers);
    this.producer = new BusProducer(kafka, node.codec());
    this.connections = new Connections(node, kafka, database, flyway::migrate, producer);
  }

  void start(@Observes StartupEvent event) {
    connections.start();
  }

  void stop(@Observes ShutdownEvent event) {
    connections.close();
    node.close();
  }

  @Produces
  @Singleton
  Connections connections() {
    return connections;
  }

  @Produces
  @Singleton
  Runs runs() {
    return node.runs();
  }

  @Produces
  @Singleton
  Lifecycle lifecycle() {
    return node.lifecycle();
  }

  @Produces
  @Singleton
  Machine machine() {
    return node.machine();
  }

  @Produces
  @Singleton
  Storage storage() {
    return new Storage(node.runs(), node.machine(), node.lifecycle());
  }

  @Produces
  @Singleton
  VolumeStore volumes() {
    return node.machine().volumes().store();
  }

  @Produces
  @Singleton
  RunNetwork network() {
    return node.machine().network();
  }

  @Produces
  @Singleton
  HostStatus status() {
    return node.status();
  }

  @Produces
  @Singleton
  Drain drain() {
    return node.drain();
  }

  @Produces
  @Singleton
  Waits waits() {
    return new Waits(node.runs());
  }

  @Produces
  @Singleton
  RequestPublisher publisher() {
    return new RequestPublisher(producer);
  }
}
