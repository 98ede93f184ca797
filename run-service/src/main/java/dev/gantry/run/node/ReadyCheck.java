package dev.gantry.run.node;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready: requests are taken, and facts are told. */
@Readiness
public final class ReadyCheck implements HealthCheck {
  private final Connections connections;

  ReadyCheck(Connections connections) {
    this.connections = connections;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("requests and facts").status(connections.ready()).build();
  }
}
