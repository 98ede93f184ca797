package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.http.ServerSentEvents;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.Console;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what containers use. */
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    description = "Show what containers use, again each second.")
public final class StatsCommand implements Callable<Integer> {
  private static final String CLEAR = "\033[H\033[2J";

  private final Gantry gantry;

  @Option(names = "--no-stream", description = "Once.")
  private boolean once;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  @Parameters(arity = "0..*", paramLabel = "RUN", description = "Ids or names (default: all).")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public StatsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    Set<String> ids = new HashSet<>();
    for (String name : names) {
      ids.add(runs.get(name).id());
    }
    if (once) {
      print(runs.stats(), ids);
      return 0;
    }
    Console console = System.console();
    boolean redraw = format == Format.table && console != null && console.isTerminal();
    try (ServerSentEvents events = runs.statsStream()) {
      for (Optional<ServerSentEvents.ServerSentEvent> event;
          (event = events.next()).isPresent(); ) {
        gantry.out().print(redraw ? CLEAR : "");
        print(Json.MAPPER.readTree(event.get().data()), ids);
      }
    }
    return 0;
  }

  private void print(JsonNode stats, Set<String> ids) throws IOException {
    ArrayNode shown = Json.MAPPER.createArrayNode();
    for (JsonNode item : stats.path("items")) {
      if (ids.isEmpty() || ids.contains(item.path("id").asText())) {
        shown.add(item);
      }
    }
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writeValueAsString(shown));
    } else {
      table(shown).print(gantry.out());
    }
  }

  private static Table table(ArrayNode items) {
    Table table =
        new Table("ID", "NAME", "CPU", "MEMORY / LIMIT", "MEMORY", "NET I/O", "BLOCK I/O", "PIDS");
    for (JsonNode item : items) {
      JsonNode memory = item.path("memory");
      JsonNode network = item.path("network");
      JsonNode io = item.path("io");
      table.row(
          new RunView(item).shortId(),
          item.path("name").asText(),
          percent(item.path("cpu").path("percent")),
          bytes(memory.path("usage")) + " / " + bytes(memory.path("limit")),
          percent(memory.path("percent")),
          bytes(network.path("receivedBytes")) + " / " + bytes(network.path("sentBytes")),
          bytes(io.path("readBytes")) + " / " + bytes(io.path("writeBytes")),
          item.path("pids").path("current").asText("-"));
    }
    return table;
  }

  /** What the kernel does not count is not 0. */
  private static String bytes(JsonNode count) {
    return count.isNumber() ? Quantities.bytes(count.asLong()) : "-";
  }

  private static String percent(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.2f%%", value.asDouble()) : "-";
  }
}
