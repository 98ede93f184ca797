package dev.gantry.cli.run;

import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes containers. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Remove containers and all that is left of them.")
public final class RmCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Gantry gantry;

  @Option(
      names = {"-f", "--force"},
      description = "Those too that run: they are killed.")
  private boolean force;

  @Option(
      names = {"-v", "--volumes"},
      description = "With the volumes that have no name.")
  private boolean volumes;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public RmCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    // A name may be somebody else's once its run is gone, so ids are what is waited for.
    Map<String, String> ids = new LinkedHashMap<>();
    for (String name : names) {
      ids.put(name, runs.get(name).id());
    }
    for (String id : ids.values()) {
      runs.remove(id, force, volumes);
    }
    for (Map.Entry<String, String> entry : ids.entrySet()) {
      runs.awaitRemoval(entry.getValue(), PATIENCE);
      gantry.out().println(entry.getKey());
    }
    return 0;
  }
}
