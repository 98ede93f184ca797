package dev.gantry.cli.network;

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

/** Makes a network. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Make a network, and print its name.")
public final class CreateCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--subnet", paramLabel = "A.B.C.D/N", description = "Default: one that is free.")
  private @Nullable String subnet;

  @Option(names = "--gateway", paramLabel = "ADDRESS", description = "Default: its first.")
  private @Nullable String gateway;

  @Option(names = "--internal", description = "Without a way out.")
  private boolean internal;

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
    ObjectNode network = Json.MAPPER.createObjectNode().put("name", name);
    if (subnet != null) {
      network.put("subnet", subnet);
    }
    if (gateway != null) {
      network.put("gateway", gateway);
    }
    if (internal) {
      network.put("internal", true);
    }
    network.set("labels", Json.MAPPER.valueToTree(RunFlags.labels(labels)));
    gantry.out().println(gantry.runs().post("/v1/networks", network).path("name").asText());
    return 0;
  }
}
