package dev.gantry.system.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings that a built service knows, as environment variables: those of its own configuration
 * interfaces, read from its classes, and those of the framework, read from the descriptions in its
 * jars.
 */
final class KnownSettings {
  private static final String MAPPING = "io.smallrye.config.ConfigMapping";
  private static final String NAME = "io.smallrye.config.WithName";
  private static final String PROPERTY = "org.eclipse.microprofile.config.inject.ConfigProperty";
  private static final String MODEL = "META-INF/quarkus-config-doc/quarkus-config-model.json";
  private static final JsonMapper JSON = new JsonMapper();

  private KnownSettings() {}

  /** Of one service, which must have been packaged. */
  static Set<String> of(String service) throws IOException {
    Path target = DeploymentFile.ROOT.resolve(service).resolve("target");
    Set<String> names = new HashSet<>();
    for (JavaClass type : new ClassFileImporter().importPath(target.resolve("classes"))) {
      mapping(type).ifPresent(prefix -> addMapped(type, prefix, names));
      injected(type).forEach(names::add);
    }
    addDefaults(target.resolve("classes/application.properties"), names);
    try (Stream<Path> jars = Files.list(target.resolve("quarkus-app/lib/main"))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        addFramework(jar, names);
      }
    }
    return names;
  }

  private static Optional<String> mapping(JavaClass type) {
    return text(type, MAPPING, "prefix");
  }

  private static void addMapped(JavaClass type, String prefix, Set<String> names) {
    for (JavaMethod method : type.getMethods()) {
      String name =
          prefix + "." + text(method, NAME, "value").orElseGet(() -> kebab(method.getName()));
      JavaClass result = method.getRawReturnType();
      if (result.isInterface() && result.getPackageName().equals(type.getPackageName())) {
        addMapped(result, name, names);
      } else {
        names.add(variable(name));
      }
    }
  }

  private static List<String> injected(JavaClass type) {
    return Stream.concat(
            type.getConstructors().stream().flatMap(it -> it.getParameters().stream()),
            type.getFields().stream())
        .flatMap(member -> text((HasAnnotations<?>) member, PROPERTY, "name").stream())
        .map(KnownSettings::variable)
        .toList();
  }

  private static Optional<String> text(
      HasAnnotations<?> annotated, String annotation, String property) {
    return annotated.getAnnotations().stream()
        .filter(it -> it.getRawType().getName().equals(annotation))
        .findFirst()
        .map((JavaAnnotation<?> it) -> it.get(property).orElse("").toString());
  }

  /** A key of its own that a service gives a default for is one that it reads. */
  private static void addDefaults(Path file, Set<String> names) throws IOException {
    Properties defaults = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      defaults.load(in);
    }
    defaults.stringPropertyNames().stream()
        .filter(key -> !key.startsWith("quarkus.") && !key.startsWith("%"))
        .map(KnownSettings::variable)
        .forEach(names::add);
  }

  private static void addFramework(Path jar, Set<String> names) throws IOException {
    try (FileSystem content = FileSystems.newFileSystem(jar)) {
      Path model = content.getPath(MODEL);
      if (Files.exists(model)) {
        addPaths(JSON.readTree(Files.readAllBytes(model)), names);
      }
    }
  }

  private static void addPaths(JsonNode node, Set<String> names) {
    JsonNode variable = node.path("path").path("environmentVariable");
    if (variable.isTextual()) {
      names.add(variable.asText());
    }
    node.forEach(child -> addPaths(child, names));
  }

  private static String kebab(String method) {
    return method.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static String variable(String property) {
    return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
