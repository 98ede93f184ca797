package dev.gantry.cli.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.request.RunFlags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a volume. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Make a volume, and print its name.")
public final class CreateCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "Default: one that is free.")
  private @Nullable String name;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME[=VALUE]",
      description = "Add a label.")
  private List<String> labels = new ArrayList<>();

  /** About this platform. */
  public CreateCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ObjectNode volume = Json.MAPPER.createObjectNode();
    if (name != null) {
      volume.put("name", name);
    }
    volume.set("labels", Json.MAPPER.valueToTree(RunFlags.labels(labels)));
    gantry.out().println(gantry.runs().post("/v1/volumes", volume).path("name").asText());
    return 0;
  }
}
