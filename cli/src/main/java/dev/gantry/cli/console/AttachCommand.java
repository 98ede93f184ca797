package dev.gantry.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Attaches to a container's own process. */
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    description = {
      "Show what a container's process prints, and pass on what is typed.",
      "Its exit code is the process's. At a terminal, Ctrl-P Ctrl-Q leaves and lets it go on."
    })
public final class AttachCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--no-stdin", description = "Do not pass on what is typed.")
  private boolean noStdin;

  @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
  private String run = "";

  /** About this platform. */
  public AttachCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode view = gantry.runs().get("/v1/runs/" + Api.encode(run));
    boolean stdin = view.path("stdin").asBoolean() && !noStdin;
    OptionalInt exit = new Consoles(gantry).attach(run, stdin, view.path("tty").asBoolean());
    return exit.orElse(0);
  }
}
