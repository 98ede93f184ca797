package dev.gantry.system.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The deployment files against the packaged services: what they name is there. */
class DeploymentSettingsIT {
  @ParameterizedTest
  @ValueSource(strings = {"image-service", "build-service", "run-service", "dashboard"})
  void composeSetsWhatTheServiceReads(String service) throws IOException {
    JsonNode compose =
        DeploymentFile.read(DeploymentFile.ROOT.resolve("docker-compose.yml")).getFirst();
    assertKnown(service, DeploymentFile.environment(compose, service).keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image-service", "build-service", "run-service", "dashboard"})
  void kubernetesSetsWhatTheServiceReads(String service) throws IOException {
    List<JsonNode> objects = DeploymentFile.kubernetes();
    Workload workload =
        objects.stream()
            .filter(object -> object.at("/spec/template").isObject())
            .map(Workload::new)
            .filter(it -> it.name().equals(service))
            .findFirst()
            .orElseThrow();
    assertKnown(service, workload.settings(objects).keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image-service", "build-service", "run-service", "dashboard"})
  void theImageIsMadeOfWhatTheBuildMakes(String service) throws IOException {
    Path context = DeploymentFile.ROOT.resolve(service);
    assertThat(Files.readAllLines(context.resolve("src/main/docker/Dockerfile")))
        .filteredOn(line -> line.startsWith("COPY "))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(context.resolve(line.split(" ", 3)[1])).exists());
  }

  private static void assertKnown(String service, Set<String> given) throws IOException {
    Set<String> unknown = new TreeSet<>(given);
    unknown.removeAll(KnownSettings.of(service));
    assertThat(unknown).as("settings that " + service + " does not have").isEmpty();
  }
}
