package dev.gantry.system.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A YAML file of the repository, with anchors and merges resolved and duplicate keys refused. */
final class DeploymentFile {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final JsonMapper JSON = new JsonMapper();

  private DeploymentFile() {}

  /** The documents of a file. */
  static List<JsonNode> read(Path file) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(Files.readString(file))) {
      documents.add(JSON.valueToTree(document));
    }
    return documents;
  }

  /** The settings of a service of a compose file. */
  static Map<String, String> environment(JsonNode compose, String service) {
    Map<String, String> environment = new HashMap<>();
    compose
        .path("services")
        .path(service)
        .path("environment")
        .properties()
        .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
    return environment;
  }

  /** The objects that the kustomization lists. */
  static List<JsonNode> kubernetes() throws IOException {
    Path base = ROOT.resolve("k8s/base");
    List<JsonNode> objects = new ArrayList<>();
    for (JsonNode file : read(base.resolve("kustomization.yaml")).getFirst().path("resources")) {
      objects.addAll(read(base.resolve(file.asText())));
    }
    return objects;
  }
}
