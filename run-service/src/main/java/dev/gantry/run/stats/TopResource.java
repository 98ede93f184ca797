package dev.gantry.run.stats;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.process.ProcessEntry;
import dev.gantry.isolation.process.ProcessTable;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.request.RunLookup;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;

/** The processes of a run over HTTP. */
@Path("/v1/runs/{run}/top")
@Produces(MediaType.APPLICATION_JSON)
public final class TopResource {
  private static final int NANOS_PER_MICRO = 1000;

  private final Runs runs;

  TopResource(Runs runs) {
    this.runs = runs;
  }

  /**
   * A process.
   *
   * @param pid as the host sees it
   * @param innerPid as the run does
   * @param user as the run sees it: {@code root}, or a number
   * @param rss resident bytes
   */
  public record ProcessDocument(
      long pid,
      long innerPid,
      String user,
      String state,
      long cpuMicros,
      long rss,
      String command) {
    static ProcessDocument of(ProcessEntry process) {
      return new ProcessDocument(
          process.pid(),
          process.innerPid(),
          process.uid() == 0 ? "root" : Long.toString(process.uid()),
          String.valueOf(process.state()),
          process.cpu().toNanos() / NANOS_PER_MICRO,
          process.residentBytes(),
          process.command());
    }
  }

  /**
   * The processes of a run.
   *
   * @param more how many there are besides, because there are too many to show
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Top(List<ProcessDocument> processes, int more) {}

  /** The processes that there are now. */
  @GET
  public Top get(@PathParam("run") String run) {
    try {
      Sandbox sandbox =
          runs.sandbox(RunLookup.find(runs, run).id())
              .filter(Sandbox::alive)
              .orElseThrow(() -> notRunning(run));
      ProcessTable table = ProcessTable.of(sandbox.processes());
      return new Top(table.processes().stream().map(ProcessDocument::of).toList(), table.more());
    } catch (IOException e) {
      throw notRunning(run);
    }
  }

  private static ProblemException notRunning(String run) {
    return new ProblemException(ReasonCode.RUN_NOT_RUNNING, "run " + run + " does not run");
  }
}
