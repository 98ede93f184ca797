package dev.gantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The platform that this command is about, as the environment names it ({@code GANTRY_HOME}, {@code
 * GANTRY_INSTANCE}; {@code GANTRY_URL_IMAGE}, {@code _BUILD}, {@code _RUN}, {@code _DASHBOARD} and
 * {@code GANTRY_KAFKA} name parts of it elsewhere), and where to print.
 *
 * @param checkout where Gantry was built
 */
public record Gantry(
    Path checkout, Map<String, String> environment, PrintStream out, PrintStream err) {
  private static final String DEFAULT_INSTANCE = "gantry";

  /** The name of the platform on this host. */
  public String instance() {
    return environment.getOrDefault("GANTRY_INSTANCE", DEFAULT_INSTANCE);
  }

  /** The state directory. */
  public Path home() {
    String set = environment.getOrDefault("GANTRY_HOME", "");
    if (!set.isBlank()) {
      return Path.of(set).toAbsolutePath().normalize();
    }
    return instance().equals(DEFAULT_INSTANCE)
        ? Path.of("/var/lib/gantry")
        : Path.of("/var/lib/gantry-" + instance());
  }

  /** What the launcher wrote last; empty when no platform was ever started here. */
  public Optional<JsonNode> state() throws IOException {
    Path file = home().resolve("platform.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isReadable(file)) {
      throw new ApiException(0, file + " cannot be read: run gantry as root");
    }
    return Optional.of(Json.MAPPER.readTree(file.toFile()));
  }

  /** The registry. */
  public Api images() throws IOException {
    return api("image-service", "GANTRY_URL_IMAGE");
  }

  /** The builder. */
  public Api builds() throws IOException {
    return api("build-service", "GANTRY_URL_BUILD");
  }

  /** The runner. */
  public Api runs() throws IOException {
    return api("run-service", "GANTRY_URL_RUN");
  }

  /** The dashboard. */
  public Api dashboard() throws IOException {
    return api("dashboard", "GANTRY_URL_DASHBOARD");
  }

  /** Kafka's bootstrap servers. */
  public String kafka() throws IOException {
    String set = environment.getOrDefault("GANTRY_KAFKA", "");
    return set.isBlank() ? running().path("kafka").path("bootstrapServers").asText() : set;
  }

  /** Whether the process that keeps the platform up lives. */
  public static boolean launcherLives(JsonNode state) {
    long pid = state.path("pid").asLong();
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
        && commandLine(pid).contains("launcher.jar");
  }

  private Api api(String service, String setting) throws IOException {
    String set = environment.getOrDefault(setting, "");
    return new Api(service, URI.create(set.isBlank() ? url(service) : set));
  }

  private String url(String service) throws IOException {
    for (JsonNode each : running().path("services")) {
      if (each.path("name").asText().equals(service)) {
        return each.path("url").asText();
      }
    }
    throw new ApiException(0, "the platform in " + home() + " has no " + service + " (yet)");
  }

  private JsonNode running() throws IOException {
    Optional<JsonNode> state = state();
    if (state.isEmpty() || !launcherLives(state.get())) {
      throw new ApiException(
          0, "the platform in " + home() + " is not up: start it with gantry up");
    }
    return state.get();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    } catch (IOException gone) {
      return "";
    }
  }
}
