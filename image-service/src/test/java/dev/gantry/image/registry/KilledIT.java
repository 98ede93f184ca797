package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.embedded.Backbone;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The built service, killed and started without what it needs. */
class KilledIT {
  private static final String CONFIG = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";
  private static Backbone backbone;

  @BeforeAll
  static void startBackbone() throws IOException {
    backbone = Backbone.start(Path.of("target/backbone"));
  }

  @AfterAll
  static void stopBackbone() throws IOException {
    backbone.close();
  }

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    Path state = state();
    List<String> acknowledged = new ArrayList<>();
    byte[] half = bytes("half of a blob");
    String upload;
    try (ServiceProcess service = start(state, "killed")) {
      service.await("/q/health/ready", 200);
      for (int i = 0; i < 5; i++) {
        byte[] manifest = service.registry().manifest("killed/app", CONFIG, "layer " + i);
        assertThat(service.registry().putManifest("killed/app", "v" + i, manifest).statusCode())
            .isEqualTo(201);
        acknowledged.add(Digest.of(manifest).toString());
      }
      upload = service.registry().upload("killed/app");
      service.registry().call("PATCH", upload, half);
      service.kill();
    }

    try (ServiceProcess service = start(state, "killed")) {
      service.await("/q/health/ready", 200);
      for (String digest : acknowledged) {
        String path = "/v2/killed/app/manifests/" + digest;
        assertThat(service.registry().call("GET", path, null).statusCode()).isEqualTo(200);
      }
      var rest = service.registry().call("PATCH", upload, half, "Content-Range", "14-27");
      assertThat(header(rest, "Range")).isEqualTo("0-27");
      assertThat(ImageFacts.read(backbone.bootstrapServers(), "killed/app", 10))
          .extracting(fact -> fact.envelope().sequence())
          .isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
    }
  }

  @Test
  void itComesUpWhenDatabaseAndKafkaDo() throws Exception {
    Path state = state();
    String jdbcUrl = backbone.jdbcUrl("late");
    backbone.stopKafka();
    backbone.stopPostgres();
    try (ServiceProcess service =
        ServiceProcess.start(state, jdbcUrl, backbone.bootstrapServers())) {
      service.await("/q/health/live", 200);
      service.await("/q/health/ready", 503);
      assertThat(service.registry().call("GET", "/v2/a/manifests/v1", null).statusCode())
          .isEqualTo(503);

      backbone.startPostgres();
      service.await("/q/health/ready", 200);
      byte[] manifest = service.registry().manifest("late/app", CONFIG, "layer");
      assertThat(service.registry().putManifest("late/app", "v1", manifest).statusCode())
          .isEqualTo(201);

      backbone.startKafka();
      assertThat(ImageFacts.read(backbone.bootstrapServers(), "late/app", 2)).hasSize(2);
    } finally {
      backbone.startPostgres();
      backbone.startKafka();
    }
  }

  private static ServiceProcess start(Path state, String database) throws IOException {
    return ServiceProcess.start(state, backbone.jdbcUrl(database), backbone.bootstrapServers());
  }

  private static Path state() throws IOException {
    return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "killed-");
  }
}
