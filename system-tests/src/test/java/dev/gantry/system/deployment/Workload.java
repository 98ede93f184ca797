package dev.gantry.system.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A Deployment, StatefulSet or DaemonSet whose pods have one container. */
record Workload(JsonNode object) {
  String name() {
    return object.at("/metadata/name").asText();
  }

  String describe() {
    return object.path("kind").asText() + " " + name();
  }

  JsonNode template() {
    return object.at("/spec/template");
  }

  JsonNode container() {
    return template().at("/spec/containers/0");
  }

  List<String> portNames() {
    return texts(container().path("ports"), "/name");
  }

  List<String> probedPorts() {
    List<String> ports = new ArrayList<>();
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      container().path(probe).findValues("port").forEach(port -> ports.add(port.asText()));
    }
    return ports;
  }

  List<String> mounts() {
    return texts(container().path("volumeMounts"), "/name");
  }

  List<String> volumes() {
    List<String> volumes = texts(template().at("/spec/volumes"), "/name");
    volumes.addAll(texts(object.at("/spec/volumeClaimTemplates"), "/metadata/name"));
    return volumes;
  }

  /** Other objects that its pods need, as kind and name. */
  TreeSet<String> references() {
    TreeSet<String> names = new TreeSet<>();
    JsonNode pod = template().path("spec");
    pod.findValues("configMapRef")
        .forEach(it -> names.add("ConfigMap " + it.path("name").asText()));
    pod.findValues("configMapKeyRef")
        .forEach(it -> names.add("ConfigMap " + it.path("name").asText()));
    pod.findValues("configMap").forEach(it -> names.add("ConfigMap " + it.path("name").asText()));
    pod.findValues("secretKeyRef").forEach(it -> names.add("Secret " + it.path("name").asText()));
    pod.findValues("persistentVolumeClaim")
        .forEach(it -> names.add("PersistentVolumeClaim " + it.path("claimName").asText()));
    JsonNode serviceName = object.at("/spec/serviceName");
    if (serviceName.isTextual()) {
      names.add("Service " + serviceName.asText());
    }
    return names;
  }

  /** The container's environment with that of its config maps; no values of references. */
  Map<String, String> settings(List<JsonNode> objects) {
    Map<String, String> settings = new HashMap<>();
    for (String map : texts(container().path("envFrom"), "/configMapRef/name")) {
      objects.stream()
          .filter(it -> it.path("kind").asText().equals("ConfigMap"))
          .filter(it -> it.at("/metadata/name").asText().equals(map))
          .flatMap(it -> it.path("data").propertyStream())
          .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
    }
    container()
        .path("env")
        .forEach(it -> settings.put(it.path("name").asText(), it.path("value").asText()));
    return settings;
  }

  private static List<String> texts(JsonNode array, String pointer) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.at(pointer).asText()));
    return texts;
  }
}
