package dev.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where a tag pointed. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Show what a tag pointed to, the latest first.")
public final class HistoryCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  @Parameters(paramLabel = "NAME[:TAG]", description = "The tag.")
  private String name = "";

  /** About this platform. */
  public HistoryCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode items = gantry.images().list(ImageName.parse(name).tagPath() + "/history?limit=100");
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(items));
      return 0;
    }
    Table table = new Table("CHANGED", "DIGEST", "BY");
    for (JsonNode move : items) {
      table.row(
          move.path("changedAt").asText(),
          move.path("digest").asText("(taken away)"),
          move.path("actor").asText("-"));
    }
    table.print(gantry.out());
    return 0;
  }
}
