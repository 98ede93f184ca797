package dev.gantry.image.registry;

import dev.gantry.embedded.Backbone;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real Kafka and a real PostgreSQL for all tests of one JVM. */
public class BackboneResource implements QuarkusTestResourceLifecycleManager {
  /** Of the test JVM; tests that stop a part start it again. */
  static Backbone backbone;

  @Override
  public Map<String, String> start() {
    try {
      Path target = Path.of("target").toAbsolutePath();
      backbone = Backbone.start(target.resolve("backbone"));
      Path state = Files.createTempDirectory(target, "image-state-");
      return Map.of(
          "kafka.bootstrap.servers", backbone.bootstrapServers(),
          "quarkus.datasource.jdbc.url", backbone.jdbcUrl("image"),
          "gantry.host", "here",
          "gantry.state-dir", state.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    try {
      if (backbone != null) {
        backbone.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
