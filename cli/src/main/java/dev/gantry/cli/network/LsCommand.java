package dev.gantry.cli.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists networks. */
@Command(name = "ls", mixinStandardHelpOptions = true, description = "List networks.")
public final class LsCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only names.")
  private boolean quiet;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public LsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode items = gantry.runs().list("/v1/networks?limit=500");
    if (quiet) {
      items.forEach(item -> gantry.out().println(item.path("name").asText()));
      return 0;
    }
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(items));
      return 0;
    }
    Table table = new Table("NAME", "SUBNET", "GATEWAY", "INTERNAL", "RUNS");
    for (JsonNode item : items) {
      table.row(
          item.path("name").asText(),
          item.path("subnet").asText(),
          item.path("gateway").asText(),
          item.path("internal").asBoolean() ? "yes" : "no",
          String.valueOf(item.path("runs").size()));
    }
    table.print(gantry.out());
    return 0;
  }
}
