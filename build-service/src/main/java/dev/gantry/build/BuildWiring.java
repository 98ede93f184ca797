package dev.gantry.build;

import dev.gantry.build.context.ContextStore;
import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.output.ImageOutputs;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.build.request.BuildBus;
import dev.gantry.build.request.BuildRequests;
import dev.gantry.build.request.CheckResource;
import dev.gantry.build.request.Submitter;
import dev.gantry.build.settings.BuildConfig;
import dev.gantry.build.settings.BuildSettings;
import dev.gantry.build.upload.Uploads;
import dev.gantry.build.worker.BuildWorkers;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Starts and stops the parts of the service, and gives them to those who answer HTTP. */
@Singleton
public final class BuildWiring {
  private final BuildService service;

  BuildWiring(
      BuildConfig config,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
      DataSource database)
      throws IOException {
    this.service =
        new BuildService(
            BuildSettings.of(config), database, Map.of("bootstrap.servers", bootstrapServers));
  }

  void start(@Observes StartupEvent event) throws SQLException {
    service.start();
  }

  void stop(@Observes ShutdownEvent event) throws IOException, InterruptedException {
    service.stop();
  }

  @Produces
  @Singleton
  ContextStore contexts() {
    return service.contexts();
  }

  @Produces
  @Singleton
  Uploads uploads() {
    return service.uploads();
  }

  @Produces
  @Singleton
  BuildLogs logs() {
    return service.logs();
  }

  @Produces
  @Singleton
  BuildCatalog catalog() {
    return service.catalog();
  }

  @Produces
  @Singleton
  BuildRequests requests() {
    return service.requests();
  }

  @Produces
  @Singleton
  Submitter submitter() {
    return service.submitter();
  }

  @Produces
  @Singleton
  ImageOutputs outputs() {
    return service.outputs();
  }

  @Produces
  @Singleton
  CheckResource.Platforms platforms() {
    return service.platforms();
  }

  @Produces
  @Singleton
  BuildWorkers workers() {
    return service.workers();
  }

  @Produces
  @Singleton
  BuildBus bus() {
    return service.bus();
  }
}
