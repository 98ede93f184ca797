package dev.gantry.cli.run;

import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a container printed. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Show a container's output.")
public final class LogsCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the container exits.")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "LINES",
      description = "Only the last lines.")
  private @Nullable Integer tail;

  @Option(
      names = {"-t", "--timestamps"},
      description = "With the time of each line.")
  private boolean timestamps;

  @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
  private String run = "";

  /** About this platform. */
  public LogsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String query =
        "follow=" + follow + "&timestamps=" + timestamps + (tail == null ? "" : "&tail=" + tail);
    new Runs(gantry.runs()).copyLog(run, query, gantry.out());
    return 0;
  }
}
