package dev.gantry.image.schema;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the schema is up to date. Kafka may be away: pushes go on, their events follow. */
@Readiness
@ApplicationScoped
public class SchemaCheck implements HealthCheck {
  private final SchemaWiring schema;

  SchemaCheck(SchemaWiring schema) {
    this.schema = schema;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("schema").status(schema.ready()).build();
  }
}
