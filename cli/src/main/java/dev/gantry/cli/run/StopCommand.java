package dev.gantry.cli.run;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops containers and waits for their ends. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "Stop containers: stop signal, then SIGKILL after the grace time.")
public final class StopCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Gantry gantry;

  @Option(
      names = {"-t", "--time"},
      paramLabel = "SECONDS",
      description = "Grace time (default: the container's own, else 10).")
  private int graceSeconds = -1;

  @Option(
      names = {"-s", "--signal"},
      description = "Stop signal (default: the container's own).")
  private String signal = "";

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids or names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public StopCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    List<String> query = new ArrayList<>();
    if (graceSeconds >= 0) {
      query.add("graceSeconds=" + graceSeconds);
    }
    if (!signal.isEmpty()) {
      query.add("signal=" + Api.encode(signal));
    }
    for (String name : names) {
      runs.order(name, "stop", query.isEmpty() ? "" : "?" + String.join("&", query));
    }
    for (String name : names) {
      runs.await(name, RunView::isOver, PATIENCE);
      gantry.out().println(name);
    }
    return 0;
  }
}
