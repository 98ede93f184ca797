package dev.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Points a tag to what another tag or a digest names. */
@Command(
    name = "retag",
    mixinStandardHelpOptions = true,
    description = "Point a tag to an image of its repository: gantry retag NAME[:TAG|@DIGEST] TAG")
public final class RetagCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(index = "0", paramLabel = "NAME[:TAG|@DIGEST]", description = "The image.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "TAG", description = "The tag that is to point to it.")
  private String tag = "";

  /** About this platform. */
  public RetagCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ImageName from = ImageName.parse(name);
    ImageName to = ImageName.parse(from.repository() + ":" + tag);
    JsonNode done =
        gantry
            .images()
            .post(to.tagPath(), Json.MAPPER.createObjectNode().put("reference", from.reference()));
    gantry.out().println(to.repository() + ":" + tag + " is " + done.path("digest").asText());
    return 0;
  }
}
