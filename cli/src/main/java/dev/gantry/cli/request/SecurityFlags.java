package dev.gantry.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gantry.cli.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a container's processes may do. */
final class SecurityFlags {
  @Option(names = "--read-only", description = "Make the root file system read-only.")
  private boolean readOnly;

  @Option(names = "--cap-add", paramLabel = "CAPABILITY", description = "Add a capability, or ALL.")
  private List<String> add = new ArrayList<>();

  @Option(
      names = "--cap-drop",
      paramLabel = "CAPABILITY",
      description = "Drop a capability, or ALL.")
  private List<String> drop = new ArrayList<>();

  @Option(
      names = "--security-opt",
      paramLabel = "seccomp=FILE|default|unconfined",
      converter = SecurityOption.class,
      description = "Which system calls it may make.")
  private List<Optional<JsonNode>> options = new ArrayList<>();

  @Option(
      names = "--sysctl",
      paramLabel = "NAME=VALUE",
      description = "Set a kernel parameter of its own namespaces.")
  private Map<String, String> sysctls = new LinkedHashMap<>();

  void write(SpecWriter spec) {
    spec.flag("readOnlyRootfs", readOnly);
    spec.inside(
        "capabilities",
        capabilities -> {
          capabilities.texts("add", add);
          capabilities.texts("drop", drop);
        });
    options.stream()
        .flatMap(Optional::stream)
        .forEach(profile -> spec.object().set("seccomp", profile));
    spec.map("sysctls", sysctls);
  }

  /** Nothing for what is so anyway. */
  static final class SecurityOption implements ITypeConverter<Optional<JsonNode>> {
    private static final String SECCOMP = "seccomp";

    @Override
    public Optional<JsonNode> convert(String text) throws IOException {
      String[] parts = text.split("[=:]", 2);
      String value = parts.length == 2 ? parts[1] : "true";
      if (parts[0].equals("no-new-privileges") && value.equals("true")) {
        return Optional.empty();
      }
      if (!parts[0].equals(SECCOMP) || parts.length != 2) {
        throw new TypeConversionException(
            "'" + text + "' is not a security option: seccomp=FILE, default or unconfined");
      }
      if (value.equals("default") || value.equals("unconfined")) {
        return Optional.of(TextNode.valueOf(value));
      }
      JsonNode profile = Json.MAPPER.readTree(Files.readString(Path.of(value)));
      return Optional.of(profile);
    }
  }
}
