package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists containers. */
@Command(name = "ps", mixinStandardHelpOptions = true, description = "List containers.")
public final class PsCommand implements Callable<Integer> {
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
  private String label = "";

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public PsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode items = new Runs(gantry.runs()).list(all, label);
    if (quiet) {
      items.forEach(item -> gantry.out().println(item.path("id").asText()));
    } else if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(items));
    } else {
      print(items);
    }
    return 0;
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
