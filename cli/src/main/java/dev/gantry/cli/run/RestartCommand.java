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

/** Stops containers and starts them again. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    description = "Stop containers and start them again, in place.")
public final class RestartCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Gantry gantry;

  @Option(
      names = {"-t", "--time"},
      paramLabel = "SECONDS",
      description = "Grace time (default: the container's own, else 10).")
  private int graceSeconds = -1;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public RestartCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    Map<String, RunView> before = new LinkedHashMap<>();
    for (String name : names) {
      before.put(name, runs.get(name));
      runs.order(name, "restart", graceSeconds < 0 ? "" : "?graceSeconds=" + graceSeconds);
    }
    for (Map.Entry<String, RunView> each : before.entrySet()) {
      runs.await(
          each.getKey(), run -> run.isOver() || run.isStartedAfter(each.getValue()), PATIENCE);
      gantry.out().println(each.getKey());
    }
    return 0;
  }
}
