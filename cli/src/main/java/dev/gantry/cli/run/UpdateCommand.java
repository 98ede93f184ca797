package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.request.LimitFlags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes the limits of containers. */
@Command(
    name = "update",
    mixinStandardHelpOptions = true,
    description = "Change limits of running containers; what is not named stays.")
public final class UpdateCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Mixin private final LimitFlags limits = new LimitFlags();

  @Option(
      names = "--restart",
      paramLabel = "no|on-failure[:N]|always|unless-stopped",
      description = "Whether it is started again when it ends.")
  private @Nullable String restart;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public UpdateCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    ObjectNode change = Json.MAPPER.createObjectNode();
    ObjectNode resources = limits.toJson();
    if (!resources.isEmpty()) {
      change.set("resources", resources);
    }
    if (restart != null) {
      change.put("restart", restart);
    }
    for (String name : names) {
      runs.update(name, change);
      gantry.out().println(name);
    }
    return 0;
  }
}
