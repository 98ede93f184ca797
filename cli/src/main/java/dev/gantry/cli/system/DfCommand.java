package dev.gantry.cli.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what takes space on the host. */
@Command(
    name = "df",
    mixinStandardHelpOptions = true,
    description = "Show what takes space, and how much could be had back.")
public final class DfCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public DfCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode use = gantry.runs().get("/v1/system/df");
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(use));
      return 0;
    }
    Table table = new Table("WHAT", "COUNT", "IN USE", "SIZE", "RECLAIMABLE");
    for (Map.Entry<String, JsonNode> part : use.properties()) {
      table.row(
          part.getKey(),
          part.getValue().path("count").asText(),
          part.getValue().path("active").asText(),
          Quantities.bytes(part.getValue().path("bytes").asLong()),
          Quantities.bytes(part.getValue().path("reclaimableBytes").asLong()));
    }
    table.print(gantry.out());
    return 0;
  }
}
