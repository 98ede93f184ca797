package dev.gantry.dashboard;

import dev.gantry.embedded.Backbone;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** A real Kafka and a real PostgreSQL for the tests of a JVM. */
public final class BackboneResource implements QuarkusTestResourceLifecycleManager {
  private Backbone backbone;

  @Override
  public Map<String, String> start() {
    try {
      backbone = Backbone.start(Path.of("target/backbone"));
      return Map.of(
          "kafka.bootstrap.servers", backbone.bootstrapServers(),
          "quarkus.datasource.jdbc.url", backbone.jdbcUrl("dashboard"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    try {
      backbone.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
