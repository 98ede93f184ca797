package dev.gantry.system.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code k8s/base}, against the Kubernetes API, itself and the services. */
class KubernetesFilesTest {
  private static final Path BASE = DeploymentFile.ROOT.resolve("k8s/base");
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/Namespace", Namespace.class,
          "v1/Service", Service.class,
          "v1/ConfigMap", ConfigMap.class,
          "v1/Secret", Secret.class,
          "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
          "apps/v1/Deployment", Deployment.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "apps/v1/DaemonSet", DaemonSet.class);

  /** The models take any field and keep it aside; here an unknown one is an error. */
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .build();

  private static List<JsonNode> objects = List.of();
  private static JsonNode kustomization;

  @BeforeAll
  static void readFiles() throws IOException {
    kustomization = DeploymentFile.read(BASE.resolve("kustomization.yaml")).getFirst();
    objects = DeploymentFile.kubernetes();
  }

  @Test
  void everyFileIsListed() throws IOException {
    Set<String> listed = new TreeSet<>(Set.of("kustomization.yaml"));
    kustomization.path("resources").forEach(file -> listed.add(file.asText()));
    try (Stream<Path> files = Files.list(BASE)) {
      assertThat(files.map(file -> file.getFileName().toString())).hasSameElementsAs(listed);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyObjectFollowsTheSchema() {
    return objects.stream()
        .map(
            object ->
                DynamicTest.dynamicTest(
                    describe(object),
                    () -> {
                      String kind = text(object, "apiVersion") + "/" + text(object, "kind");
                      assertThat(KINDS).containsKey(kind);
                      assertThatCode(() -> STRICT.treeToValue(object, KINDS.get(kind)))
                          .doesNotThrowAnyException();
                    }));
  }

  @Test
  void noTwoObjectsHaveOneName() {
    assertThat(objects.stream().map(KubernetesFilesTest::describe)).doesNotHaveDuplicates();
  }

  @Test
  void allServicesAreThereAsTheyShouldBe() {
    assertThat(workloads().map(Workload::describe))
        .containsExactlyInAnyOrder(
            "Deployment image-service",
            "Deployment build-service",
            "DaemonSet run-service",
            "Deployment dashboard",
            "StatefulSet kafka",
            "StatefulSet postgres");
  }

  @TestFactory
  Stream<DynamicTest> selectorsFindTheirPods() {
    return workloads()
        .map(
            workload ->
                DynamicTest.dynamicTest(
                    workload.describe(),
                    () ->
                        assertThat(workload.object().at("/spec/selector/matchLabels"))
                            .isEqualTo(workload.template().at("/metadata/labels"))));
  }

  @TestFactory
  Stream<DynamicTest> servicesLeadToAPortOfAPod() {
    return objects("Service")
        .map(
            service ->
                DynamicTest.dynamicTest(
                    describe(service),
                    () -> {
                      Workload workload = workload(service.at("/spec/selector/app").asText());
                      for (JsonNode port : service.at("/spec/ports")) {
                        assertThat(workload.portNames()).contains(text(port, "targetPort"));
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> whatPodsReferToIsThere() {
    Set<String> names = new TreeSet<>(objects.stream().map(KubernetesFilesTest::describe).toList());
    return workloads()
        .map(
            workload ->
                DynamicTest.dynamicTest(
                    workload.describe(),
                    () -> assertThat(names).containsAll(workload.references())));
  }

  @Test
  void keysOfSecretsAreThere() {
    JsonNode secret = objects("Secret").findFirst().orElseThrow();
    for (JsonNode key :
        objects.stream().flatMap(it -> it.findValues("secretKeyRef").stream()).toList()) {
      assertThat(secret.path("stringData").has(text(key, "key"))).isTrue();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyMountHasItsVolume() {
    return workloads()
        .map(
            workload ->
                DynamicTest.dynamicTest(
                    workload.describe(),
                    () -> assertThat(workload.volumes()).containsAll(workload.mounts())));
  }

  @TestFactory
  Stream<DynamicTest> everyContainerIsProbedAndBounded() {
    return workloads()
        .map(
            workload ->
                DynamicTest.dynamicTest(
                    workload.describe(),
                    () -> {
                      JsonNode container = workload.container();
                      assertThat(container.has("readinessProbe")).isTrue();
                      assertThat(container.has("livenessProbe")).isTrue();
                      assertThat(container.at("/resources/requests").properties()).hasSize(2);
                      assertThat(container.at("/resources/limits").has("memory")).isTrue();
                      assertThat(workload.portNames()).containsAll(workload.probedPorts());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> imagesArePinned() {
    return workloads()
        .map(
            workload ->
                DynamicTest.dynamicTest(
                    workload.describe(), () -> Settings.assertPinned(image(workload))));
  }

  private static String image(Workload workload) {
    String image = text(workload.container(), "image");
    for (JsonNode override : kustomization.path("images")) {
      if (text(override, "name").equals(image)) {
        return image + ":" + text(override, "newTag");
      }
    }
    return image;
  }

  @Test
  void onlyWhatMakesSandboxesIsPrivileged() {
    assertThat(
            workloads()
                .filter(it -> it.container().at("/securityContext/privileged").asBoolean())
                .map(Workload::name))
        .containsExactlyInAnyOrder("build-service", "run-service");
  }

  @TestFactory
  Stream<DynamicTest> addressesInSettingsAreListenedOn() {
    Set<String> addresses = new TreeSet<>();
    objects("Service")
        .forEach(
            service ->
                service
                    .at("/spec/ports")
                    .forEach(
                        port ->
                            addresses.add(
                                service.at("/metadata/name").asText() + ":" + text(port, "port"))));
    return services()
        .map(
            workload ->
                DynamicTest.dynamicTest(
                    workload.name(),
                    () ->
                        Settings.assertReachable(
                            workload.name(), workload.settings(objects), addresses)));
  }

  private static Stream<JsonNode> objects(String kind) {
    return objects.stream().filter(object -> text(object, "kind").equals(kind));
  }

  private static Stream<Workload> workloads() {
    return Stream.of("Deployment", "StatefulSet", "DaemonSet")
        .flatMap(KubernetesFilesTest::objects)
        .map(Workload::new);
  }

  private static Stream<Workload> services() {
    return workloads().filter(it -> Settings.SERVICES.contains(it.name()));
  }

  private static Workload workload(String app) {
    return workloads()
        .filter(it -> it.template().at("/metadata/labels/app").asText().equals(app))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no pod has app=" + app));
  }

  private static String describe(JsonNode object) {
    return text(object, "kind") + " " + object.at("/metadata/name").asText();
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }
}
