package dev.gantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Table;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Every endpoint, process and directory of the platform, and whether each lives. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show every part of the platform. Exit status 1 when it is not up.")
public final class StatusCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public StatusCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<JsonNode> written = gantry.state();
    if (written.isEmpty()) {
      if (format == Format.json) {
        ObjectNode nothing = Json.MAPPER.createObjectNode();
        nothing.put("instance", gantry.instance()).put("home", gantry.home().toString());
        nothing.put("state", "down").put("alive", false).putArray("services");
        gantry.out().println(nothing.toPrettyString());
      } else {
        gantry.out().println("no platform was started in " + gantry.home());
      }
      return 1;
    }
    ObjectNode state = (ObjectNode) written.get();
    addLiveness(state);
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(state));
    } else {
      print(state);
    }
    return state.path("alive").asBoolean() ? 0 : 1;
  }

  private static void addLiveness(ObjectNode state) throws InterruptedException {
    boolean lives = Gantry.launcherLives(state);
    if (!lives && !state.path("state").asText().equals("failed")) {
      state.put("state", "down");
    }
    state.put("alive", lives);
    for (JsonNode node : state.path("services")) {
      ObjectNode service = (ObjectNode) node;
      boolean alive = lives && isAlive(service.path("pid").asLong());
      boolean ready = alive && isReady(service);
      service.put("alive", alive);
      service.put("ready", ready);
    }
  }

  private static boolean isAlive(long pid) {
    return pid > 0 && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  private static boolean isReady(JsonNode service) throws InterruptedException {
    String url = service.path("url").asText();
    return url.startsWith("http")
        ? new Api(service.path("name").asText(), URI.create(url)).status("/q/health/ready") == 200
        : service.path("state").asText().equals("ready");
  }

  private void print(JsonNode state) {
    gantry
        .out()
        .printf(
            "instance %s, version %s, %s, state in %s%n",
            state.path("instance").asText(),
            state.path("version").asText(),
            state.path("state").asText(),
            state.path("home").asText());
    Table table = new Table("NAME", "STATE", "PID", "STARTS", "URL", "LOG");
    for (JsonNode service : state.path("services")) {
      table.row(
          service.path("name").asText(),
          word(service),
          service.path("alive").asBoolean() ? service.path("pid").asText() : "-",
          service.path("starts").asText(),
          service.path("url").asText(),
          service.path("log").asText());
    }
    table.print(gantry.out());
  }

  private static String word(JsonNode service) {
    if (!service.path("alive").asBoolean()) {
      return "down";
    }
    return service.path("ready").asBoolean() ? "ready" : "not ready";
  }
}
