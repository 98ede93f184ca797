package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.output.Table;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the processes of a container. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description = "List the processes of a container.")
public final class TopCommand implements Callable<Integer> {
  private static final int MICROS_PER_MILLI = 1000;

  private final Gantry gantry;

  @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
  private String run = "";

  /** About this platform. */
  public TopCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode top = new Runs(gantry.runs()).top(run);
    Table table = new Table("PID", "INSIDE", "USER", "STATE", "CPU", "MEMORY", "COMMAND");
    for (JsonNode process : top.path("processes")) {
      table.row(
          process.path("pid").asText(),
          process.path("innerPid").asText(),
          process.path("user").asText(),
          process.path("state").asText(),
          Quantities.millis(process.path("cpuMicros").asLong() / MICROS_PER_MILLI),
          Quantities.bytes(process.path("rss").asLong()),
          process.path("command").asText());
    }
    table.print(gantry.out());
    int more = top.path("more").asInt();
    if (more > 0) {
      gantry.out().println("and " + more + " more");
    }
    return 0;
  }
}
