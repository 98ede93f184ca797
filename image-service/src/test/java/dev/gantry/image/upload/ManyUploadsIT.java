package dev.gantry.image.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.image.registry.BackboneResource;
import dev.gantry.image.registry.Registry;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** As many half-done uploads as are allowed, and their end. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ManyUploadsIT {
  private static final int UPLOADS_MAX = 10_000;
  private static final int CLIENTS = 16;
  private static final String REPOSITORY = "many/uploads";

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "gantry.state-dir")
  Path state;

  @Inject SweepWiring sweeper;
  @Inject AgroalDataSource database;

  @Test
  void halfDoneUploadsAreBoundedAndExpire() throws Exception {
    Registry registry = new Registry(base);
    String one = registry.upload(REPOSITORY);
    assertThat(registry.call("PATCH", one, Registry.bytes("abc")).statusCode()).isEqualTo(202);
    openUntilRefused(registry);

    var refused = registry.call("POST", "/v2/" + REPOSITORY + "/blobs/uploads/", null);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Registry.codes(refused)).containsExactly("TOOMANYREQUESTS");
    Instant before = Instant.now();
    assertThat(registry.call("GET", one, null).statusCode()).isEqualTo(204);
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));

    letTwoDaysPass();
    for (int i = 0; i <= UPLOADS_MAX / SweepWiring.BATCH && rows() > 0; i++) {
      sweeper.sweep();
    }
    assertThat(files()).isEmpty();
    assertThat(rows()).isZero();
    assertThat(registry.call("GET", one, null).statusCode()).isEqualTo(404);
    assertThat(registry.upload(REPOSITORY)).isNotEmpty();
  }

  private void openUntilRefused(Registry registry) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = files().size(); i < UPLOADS_MAX; i++) {
        answers.add(
            clients.submit(
                () ->
                    registry
                        .call("POST", "/v2/" + REPOSITORY + "/blobs/uploads/", null)
                        .statusCode()));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(202);
      }
    }
  }

  private void letTwoDaysPass() throws Exception {
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    for (Path file : files()) {
      Files.setLastModifiedTime(file, then);
    }
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate("update upload set started_at = started_at - interval '2 days'");
    }
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(state.resolve("uploads"))) {
      return files.toList();
    }
  }

  private long rows() throws Exception {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from upload")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
