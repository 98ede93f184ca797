package dev.gantry.cli.volume;

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

/** Lists volumes. */
@Command(name = "ls", mixinStandardHelpOptions = true, description = "List volumes.")
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
    JsonNode items = gantry.runs().list("/v1/volumes?limit=500");
    if (quiet) {
      items.forEach(item -> gantry.out().println(item.path("name").asText()));
      return 0;
    }
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(items));
      return 0;
    }
    Table table = new Table("NAME", "RUNS", "CREATED");
    for (JsonNode item : items) {
      table.row(
          item.path("name").asText(),
          String.valueOf(item.path("users").size()),
          Quantities.ago(item.path("createdAt").asText(), Instant.now()));
    }
    table.print(gantry.out());
    return 0;
  }
}
