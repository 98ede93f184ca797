package dev.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies an image to another repository. */
@Command(
    name = "cp",
    mixinStandardHelpOptions = true,
    description = "Copy an image inside of the registry; no bytes move: gantry image cp FROM TO")
public final class CopyCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--referrers", description = "With the signatures and the like that refer to it.")
  private boolean referrers;

  @Parameters(index = "0", paramLabel = "NAME[:TAG|@DIGEST]", description = "The image.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "NAME[:TAG]", description = "Its new name.")
  private String to = "";

  /** About this platform. */
  public CopyCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ImageName source = ImageName.parse(from);
    ImageName target = ImageName.parse(to);
    JsonNode request =
        Json.MAPPER
            .createObjectNode()
            .put("from", source.repository())
            .put("reference", source.reference())
            .put("referrers", referrers);
    JsonNode done = gantry.images().post(target.tagPath(), request);
    gantry.out().println(to + " is " + done.path("digest").asText());
    return 0;
  }
}
