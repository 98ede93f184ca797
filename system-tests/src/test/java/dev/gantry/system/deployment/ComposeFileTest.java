package dev.gantry.system.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker-compose.yml}, against the compose specification and the services. */
class ComposeFileTest {
  /** The keys of a service in the compose specification that the file may use. */
  private static final Set<String> SERVICE_KEYS =
      Set.of(
          "build",
          "cap_drop",
          "cgroup",
          "configs",
          "depends_on",
          "environment",
          "healthcheck",
          "image",
          "network_mode",
          "pid",
          "ports",
          "privileged",
          "read_only",
          "restart",
          "security_opt",
          "tmpfs",
          "volumes");

  private static final Set<String> TOP_KEYS = Set.of("name", "services", "configs", "volumes");

  private static JsonNode compose;

  @BeforeAll
  static void readFile() throws IOException {
    compose = DeploymentFile.read(DeploymentFile.ROOT.resolve("docker-compose.yml")).getFirst();
  }

  @Test
  void onlyKeysOfTheSpecificationAreUsed() {
    assertThat(names(compose)).allMatch(key -> key.startsWith("x-") || TOP_KEYS.contains(key));
    compose
        .path("services")
        .forEach(service -> assertThat(names(service)).isSubsetOf(SERVICE_KEYS));
  }

  @Test
  void allServicesAreThere() {
    assertThat(names(compose.path("services"))).containsAll(Settings.SERVICES);
  }

  @Test
  void whatServicesWaitForCanTellThatItIsReady() {
    compose
        .path("services")
        .forEach(service -> service.path("depends_on").properties().forEach(this::assertReadable));
  }

  private void assertReadable(Map.Entry<String, JsonNode> dependency) {
    JsonNode other = compose.path("services").path(dependency.getKey());
    assertThat(other.isObject()).as(dependency.getKey()).isTrue();
    if (dependency.getValue().path("condition").asText().equals("service_healthy")) {
      assertThat(other.path("healthcheck").path("test").isArray()).isTrue();
    }
  }

  @Test
  void namedVolumesAndConfigsAreDeclared() {
    Set<String> volumes = new HashSet<>();
    Set<String> configs = new HashSet<>();
    for (JsonNode service : compose.path("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().split(":")[0];
        if (!source.startsWith("/")) {
          volumes.add(source);
        }
      }
      service.path("configs").forEach(config -> configs.add(config.path("source").asText()));
    }
    assertThat(volumes).isEqualTo(Set.copyOf(names(compose.path("volumes"))));
    assertThat(configs).isEqualTo(Set.copyOf(names(compose.path("configs"))));
  }

  @Test
  void imagesArePinned() {
    compose
        .path("services")
        .forEach(service -> Settings.assertPinned(service.path("image").asText()));
  }

  @Test
  void portsArePublishedOnTheLoopbackOnly() {
    for (JsonNode service : compose.path("services")) {
      service
          .path("ports")
          .forEach(port -> assertThat(port.asText()).matches("127\\.0\\.0\\.1:[0-9]+:[0-9]+"));
    }
  }

  @Test
  void onlyWhatMakesSandboxesIsPrivileged() {
    List<String> privileged = new ArrayList<>();
    compose
        .path("services")
        .properties()
        .forEach(
            service -> {
              if (service.getValue().path("privileged").asBoolean()) {
                privileged.add(service.getKey());
              }
            });
    assertThat(privileged).containsExactlyInAnyOrder("build-service", "run-service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image-service", "build-service", "run-service", "dashboard"})
  void addressesInSettingsAreListenedOn(String service) {
    boolean onHost =
        compose.path("services").path(service).path("network_mode").asText().equals("host");
    Settings.assertReachable(
        service, DeploymentFile.environment(compose, service), onHost ? published() : listening());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image-service", "build-service", "run-service", "dashboard"})
  void theImageIsBuiltFromWhatIsThere(String service) throws IOException {
    JsonNode build = compose.path("services").path(service).path("build");
    Path context = DeploymentFile.ROOT.resolve(build.path("context").asText());
    Path dockerfile = context.resolve(build.path("dockerfile").asText());
    List<String> lines = Files.readAllLines(dockerfile);
    for (String line : lines) {
      if (line.startsWith("FROM ")) {
        Settings.assertPinned(line.substring("FROM ".length()));
      }
    }
    String port = DeploymentFile.environment(compose, service).get("QUARKUS_HTTP_PORT");
    assertThat(lines).contains("EXPOSE " + port);
  }

  /** What is reached by name within the network of the file. */
  private static Set<String> listening() {
    Set<String> addresses = new HashSet<>(Set.of("kafka:19092"));
    compose
        .path("services")
        .properties()
        .forEach(
            service ->
                service
                    .getValue()
                    .path("ports")
                    .forEach(
                        port ->
                            addresses.add(service.getKey() + ":" + port.asText().split(":")[2])));
    return addresses;
  }

  private static Set<String> published() {
    Set<String> addresses = new HashSet<>();
    for (JsonNode service : compose.path("services")) {
      service
          .path("ports")
          .forEach(
              port -> {
                String[] parts = port.asText().split(":");
                addresses.add(parts[0] + ":" + parts[1]);
              });
    }
    return addresses;
  }

  private static List<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).toList();
  }
}
