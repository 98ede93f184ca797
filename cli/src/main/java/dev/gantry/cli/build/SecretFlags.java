package dev.gantry.cli.build;

import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --secret} and {@code --ssh}: what steps may mount, and nobody else sees. */
final class SecretFlags {
  @Option(
      names = "--secret",
      paramLabel = "id=ID[,src=FILE|,env=NAME]",
      description = "A file or variable that RUN --mount=type=secret may see.")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = "--ssh",
      paramLabel = "ID=KEYFILE",
      description = "A private key for the agent that RUN --mount=type=ssh may ask.")
  private List<String> keys = new ArrayList<>();

  /** The parts of a form that hold the values. */
  Map<String, byte[]> parts(Map<String, String> environment) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    for (String secret : secrets) {
      Map<String, String> options = options(secret);
      String id = options.getOrDefault("id", "");
      if (id.isEmpty()) {
        throw new TypeConversionException("--secret '" + secret + "' must have an id");
      }
      parts.put("secret." + id, value(id, options, environment));
    }
    for (String key : keys) {
      int equals = key.indexOf('=');
      if (equals < 1) {
        throw new TypeConversionException(
            "--ssh '" + key + "' must be ID=KEYFILE: agents of this machine are not reached");
      }
      parts.put("ssh." + key.substring(0, equals), read(key.substring(equals + 1)));
    }
    return parts;
  }

  private static Map<String, String> options(String text) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String part : text.split(",")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      options.put(
          name.equals("source") ? "src" : name, equals < 0 ? "" : part.substring(equals + 1));
    }
    return options;
  }

  /** As docker: a file, a variable; without either, the variable of the id, else its file. */
  private static byte[] value(
      String id, Map<String, String> options, Map<String, String> environment) throws IOException {
    String type = options.getOrDefault("type", options.containsKey("env") ? "env" : "");
    String source = options.getOrDefault("src", "");
    String name =
        options.getOrDefault("env", type.equals("env") && !source.isEmpty() ? source : id);
    if (!source.isEmpty() && !type.equals("env")) {
      return read(source);
    }
    String value = environment.get(name);
    if (value == null && type.isEmpty()) {
      return read(id);
    }
    if (value == null) {
      throw new ApiException(0, "secret " + id + ": there is no variable " + name);
    }
    return value.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] read(String file) throws IOException {
    Path path =
        Path.of(file.startsWith("~/") ? System.getProperty("user.home") + file.substring(1) : file);
    if (!Files.isReadable(path)) {
      throw new ApiException(0, "cannot read " + file);
    }
    return Files.readAllBytes(path);
  }
}
