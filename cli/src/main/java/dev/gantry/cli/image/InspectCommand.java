package dev.gantry.cli.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows all that is known of images. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Show all that is known of images, as JSON.")
public final class InspectCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(arity = "1..*", paramLabel = "NAME[:TAG|@DIGEST]", description = "Images.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public InspectCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ArrayNode found = Json.MAPPER.createArrayNode();
    for (String name : names) {
      found.add(gantry.images().get(ImageName.parse(name).path()));
    }
    gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(found));
    return 0;
  }
}
