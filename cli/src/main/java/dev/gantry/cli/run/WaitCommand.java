package dev.gantry.cli.run;

import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits for the ends of containers. */
@Command(
    name = "wait",
    mixinStandardHelpOptions = true,
    description = "Wait until containers have exited, and print their exit codes.")
public final class WaitCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = "--until",
      paramLabel = "exit|healthy|started",
      description = "What to wait for (default: exit).")
  private String until = "exit";

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public WaitCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    for (String name : names) {
      RunView run = runs.awaitThere(name, until);
      gantry.out().println(run.isOver() ? run.exitCode() : run.stateText());
    }
    return 0;
  }
}
