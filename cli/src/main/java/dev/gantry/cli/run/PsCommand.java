package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists containers. */
@Command(name = "ps", mixinStandardHelpOptions = true, description = "List containers.")
public final class PsCommand implements Callable<Integer> {
  /** What docker calls it, and what the run-service does. */
  private static final Map<String, String> PARAMETERS =
      new TreeMap<>(
          Map.of(
              "status", "state",
              "state", "state",
              "name", "name",
              "ancestor", "image",
              "image", "image",
              "health", "health",
              "network", "network",
              "volume", "volume"));

  private final Gantry gantry;

  @Option(
      names = {"-a", "--all"},
      description = "Those too that have exited.")
  private boolean all;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only ids.")
  private boolean quiet;

  @Option(names = "--label", paramLabel = "NAME[=VALUE]", description = "Only those with it.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = {"-f", "--filter"},
      paramLabel = "NAME=VALUE",
      description = "Only those: status, name, label, ancestor, health, network, volume.")
  private List<String> filters = new ArrayList<>();

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public PsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode items = new Runs(gantry.runs()).list(all || namesStates(), query());
    if (quiet) {
      items.forEach(item -> gantry.out().println(item.path("id").asText()));
    } else if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(items));
    } else {
      print(items);
    }
    return 0;
  }

  /** A state that was asked for is shown, whether such runs are over or not. */
  private boolean namesStates() {
    return filters.stream().anyMatch(filter -> filter.startsWith("status="));
  }

  /** Values of one name are alternatives, but labels must all be there. */
  private String query() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    StringBuilder query = new StringBuilder();
    List<String> wanted = new ArrayList<>(labels);
    for (String filter : filters) {
      int equals = filter.indexOf('=');
      String name = equals < 0 ? filter : filter.substring(0, equals);
      String value = filter.substring(equals + 1);
      if (name.equals("label")) {
        wanted.add(value);
      } else if (equals < 0 || !PARAMETERS.containsKey(name)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "'" + filter + "' is not a filter: " + PARAMETERS.keySet());
      } else {
        values.computeIfAbsent(PARAMETERS.get(name), key -> new ArrayList<>()).add(value);
      }
    }
    wanted.forEach(label -> query.append("&label=").append(Api.encode(label)));
    values.forEach(
        (name, all) ->
            query.append('&').append(name).append('=').append(Api.encode(String.join(",", all))));
    return query.toString();
  }

  private void print(JsonNode items) {
    Table table = new Table("ID", "NAME", "IMAGE", "STATE", "CREATED", "PORTS");
    Instant now = Instant.now();
    for (JsonNode item : items) {
      RunView run = new RunView(item);
      table.row(
          run.shortId(),
          item.path("name").asText(),
          item.path("image").path("reference").asText(),
          run.stateText(),
          Quantities.ago(item.path("createdAt").asText(), now),
          run.ports());
    }
    table.print(gantry.out());
  }
}
