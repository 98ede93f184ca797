package dev.gantry.cli.run;

import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Holds containers. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description = "Hold all processes of containers.")
public final class PauseCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Gantry gantry;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public PauseCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    for (String name : names) {
      runs.order(name, "pause", "");
      runs.await(name, run -> run.isPaused() || run.isOver(), PATIENCE);
      gantry.out().println(name);
    }
    return 0;
  }
}
