package dev.gantry.cli.image;

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

/** Lists images. */
@Command(name = "images", mixinStandardHelpOptions = true, description = "List images.")
public final class ImagesCommand implements Callable<Integer> {
  private static final int SHORT_DIGEST = 19;

  private final Gantry gantry;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public ImagesCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode items = gantry.images().list("/v1/images?limit=500");
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(items));
      return 0;
    }
    Table table = new Table("REPOSITORY", "TAG", "DIGEST", "SIZE", "CREATED");
    Instant now = Instant.now();
    for (JsonNode item : items) {
      String digest = item.path("digest").asText();
      table.row(
          item.path("repository").asText(),
          item.path("tag").asText("-"),
          digest.length() > SHORT_DIGEST ? digest.substring(0, SHORT_DIGEST) : digest,
          Quantities.bytes(item.path("sizeBytes").asLong()),
          Quantities.ago(item.path("createdAt").asText(), now));
    }
    table.print(gantry.out());
    return 0;
  }
}
