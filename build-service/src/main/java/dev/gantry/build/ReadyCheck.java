package dev.gantry.build;

import dev.gantry.build.request.BuildBus;
import dev.gantry.build.worker.BuildWorkers;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready: requests are taken, builds are built, and facts are told. */
@Readiness
public final class ReadyCheck implements HealthCheck {
  private final BuildBus bus;
  private final BuildWorkers workers;

  ReadyCheck(BuildBus bus, BuildWorkers workers) {
    this.bus = bus;
    this.workers = workers;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("requests, workers and facts")
        .withData("bus", bus.ready())
        .withData("workers", workers.healthy())
        .status(bus.ready() && workers.healthy())
        .build();
  }
}
