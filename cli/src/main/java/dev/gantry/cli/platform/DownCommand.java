package dev.gantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends the platform. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stop the platform and the containers that it runs. Data are kept.")
public final class DownCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Gantry gantry;

  @Option(
      names = "--keep-runs",
      description = "Leave the containers running; the next up takes them over.")
  private boolean keepRuns;

  /** About this platform. */
  public DownCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<JsonNode> state = gantry.state();
    if (state.isEmpty() || !Gantry.launcherLives(state.get())) {
      if (state.isEmpty() || keepRuns || state.get().path("state").asText().equals("down")) {
        gantry.out().println("the platform in " + gantry.home() + " is not up");
        return 0;
      }
      gantry.out().println("the platform was killed; it comes up once more to clean up");
      new UpCommand(gantry).call();
      state = gantry.state();
    }
    if (!keepRuns) {
      drain();
    }
    ProcessHandle launcher =
        ProcessHandle.of(state.orElseThrow().path("pid").asLong()).orElseThrow();
    launcher.destroy();
    try {
      launcher.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      launcher.destroyForcibly();
      throw new ApiException(
          0, "the launcher did not end in " + PATIENCE.toSeconds() + " s: killed");
    }
    gantry.out().println(keepRuns ? "down; containers run on" : "down");
    return 0;
  }

  /** A run-service that does not answer must not keep the platform up. */
  private void drain() throws InterruptedException {
    try {
      JsonNode result = gantry.runs().post("/v1/host/drain?remove=true");
      for (JsonNode left : result.path("left")) {
        gantry.err().println("gantry: run " + left.asText() + " could not be removed");
      }
    } catch (IOException e) {
      gantry.err().println("gantry: containers were not stopped: " + e.getMessage());
    }
  }
}
