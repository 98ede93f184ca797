package dev.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the tags of a repository. */
@Command(
    name = "tags",
    mixinStandardHelpOptions = true,
    description = "List the tags of a repository.")
public final class TagsCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-q", "--quiet"},
      description = "Names only.")
  private boolean quiet;

  @Parameters(paramLabel = "REPOSITORY", description = "Its name.")
  private String repository = "";

  /** About this platform. */
  public TagsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode items =
        gantry.images().list("/v1/images?limit=500&repository=" + Api.encode(repository));
    Table table = new Table("TAG", "DIGEST", "PLATFORM", "SIZE", "TAGGED");
    Instant now = Instant.now();
    for (JsonNode item : items) {
      String tag = item.path("tag").asText();
      if (quiet) {
        gantry.out().println(tag);
      } else {
        table.row(
            tag,
            item.path("digest").asText(),
            item.path("platform").asText("-"),
            Quantities.bytes(item.path("sizeBytes").asLong()),
            Quantities.ago(item.path("createdAt").asText(), now));
      }
    }
    if (!quiet) {
      table.print(gantry.out());
    }
    return 0;
  }
}
