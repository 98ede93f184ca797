package dev.gantry.run.request;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.settings.RunConfig;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Waits for what becomes of a run. Who waits holds no thread. */
@Path("/v1/runs/{run}/wait")
@Produces(MediaType.APPLICATION_JSON)
public final class WaitResource {
  private static final int TIMEOUT_SECONDS_MAX = 86_400;

  private final Runs runs;
  private final Waits waits;
  private final String host;

  WaitResource(Runs runs, Waits waits, RunConfig config) {
    this.runs = runs;
    this.waits = waits;
    this.host = config.host();
  }

  /**
   * The run once it is so: {@code started} (or over), {@code healthy}, {@code exit} (over for
   * good). 504 when it is not in time, 409 when it never will be.
   */
  @GET
  public CompletionStage<RunDocument> await(
      @PathParam("run") String run,
      @QueryParam("until") @DefaultValue("exit") String until,
      @QueryParam("timeoutSeconds") @Nullable Double timeoutSeconds) {
    Milestone milestone =
        Milestone.parse(until)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ReasonCode.INVALID_PARAMETER,
                        "must be exit, healthy or started, not " + until,
                        "until"));
    double timeout = timeoutSeconds == null ? TIMEOUT_SECONDS_MAX : timeoutSeconds;
    if (!(timeout >= 0 && timeout <= TIMEOUT_SECONDS_MAX)) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "must be 0 to " + TIMEOUT_SECONDS_MAX, "timeoutSeconds");
    }
    RunView found = RunLookup.find(runs, run);
    return waits
        .await(found.id(), milestone, Duration.ofMillis(Math.round(timeout * 1000)))
        .thenApply(reached -> RunDocument.of(reached, host));
  }
}
