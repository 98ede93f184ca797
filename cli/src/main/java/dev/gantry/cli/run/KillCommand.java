package dev.gantry.cli.run;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends signals to containers. */
@Command(
    name = "kill",
    mixinStandardHelpOptions = true,
    description = "Send a signal to the process of containers; SIGKILL if none is named.")
public final class KillCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-s", "--signal"},
      description = "Its name or number.")
  private String signal = "KILL";

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public KillCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    for (String name : names) {
      runs.order(name, "kill", "?signal=" + Api.encode(signal));
      gantry.out().println(name);
    }
    return 0;
  }
}
