package dev.gantry.run.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.Envelope;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunRequest;
import dev.gantry.run.http.Durable;
import dev.gantry.run.http.IdempotencyKey;
import dev.gantry.run.http.JsonBody;
import dev.gantry.run.lifecycle.Command;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Ordered;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.settings.RunConfig;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commands to running runs over HTTP. What is answered with 202 is durable; where the effect comes
 * at once, it is there already.
 */
@Path("/v1/runs/{run}")
@Produces(MediaType.APPLICATION_JSON)
public final class CommandResource {
  private static final URI SOURCE = URI.create("/gantry/run-service");
  private static final long EFFECT_SECONDS_MAX = 15;

  private final Runs runs;
  private final Lifecycle lifecycle;
  private final String host;
  private final Clock clock = Clock.systemUTC();

  CommandResource(Runs runs, Lifecycle lifecycle, RunConfig config) {
    this.runs = runs;
    this.lifecycle = lifecycle;
    this.host = config.host();
  }

  /** Sends a signal to the run's first process. */
  @POST
  @Path("/kill")
  public Response kill(
      @PathParam("run") String run,
      @QueryParam("signal") @Nullable String signal,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    if (signal != null) {
      data.put("signal", signal);
    }
    return carryOut(run, key, data, RunRequest.KillRequested::parse);
  }

  /** Holds all its processes. */
  @POST
  @Path("/pause")
  public Response pause(
      @PathParam("run") String run, @HeaderParam("Idempotency-Key") @Nullable String key) {
    return carryOut(
        run, key, JsonNodeFactory.instance.objectNode(), RunRequest.PauseRequested::parse);
  }

  /** Lets them go on. */
  @POST
  @Path("/unpause")
  public Response unpause(
      @PathParam("run") String run, @HeaderParam("Idempotency-Key") @Nullable String key) {
    return carryOut(
        run, key, JsonNodeFactory.instance.objectNode(), RunRequest.UnpauseRequested::parse);
  }

  /** Stops its process and starts another in its place. */
  @POST
  @Path("/restart")
  public Response restart(
      @PathParam("run") String run,
      @QueryParam("graceSeconds") @Nullable Integer graceSeconds,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    if (graceSeconds != null) {
      data.put("graceSeconds", graceSeconds);
    }
    return carryOut(run, key, data, RunRequest.RestartRequested::parse);
  }

  /** Changes its limits, or its restart policy: {@code {"resources": …, "restart": …}}. */
  @POST
  @Path("/update")
  public Response update(
      @PathParam("run") String run,
      byte @Nullable [] body,
      @HeaderParam("Idempotency-Key") @Nullable String key) {
    if (JsonBody.read(body) instanceof ObjectNode data && !data.has("run")) {
      return carryOut(run, key, data, RunRequest.UpdateRequested::parse);
    }
    throw new ProblemException(
        ReasonCode.INVALID_JSON, "the body must be an object with resources, restart or both");
  }

  private <T extends RunRequest> Response carryOut(
      String text, @Nullable String key, ObjectNode data, Function<JsonNode, Parsed<T>> parse) {
    RunView run = RunLookup.find(runs, text);
    RunRequest request =
        switch (parse.apply(data.put("run", run.id().value()))) {
          case Parsed.Valid<T>(T valid) -> valid;
          case Parsed.Invalid<T>(String field, ReasonCode reason, String message) ->
              throw new ProblemException(reason, message, field);
        };
    IdempotencyKey.check(key);
    Envelope<RunRequest> envelope =
        Envelope.request(
            key == null ? UUID.randomUUID().toString() : key, SOURCE, clock.instant(), request);
    if (!lifecycle.knows(run.id(), envelope)) {
      Permission.refusal(run, request).ifPresent(CommandResource::refuse);
    }
    await(lifecycle.command(run.id(), envelope));
    RunView now = runs.view(run.id()).orElse(run);
    return Response.accepted(RunDocument.of(now, host)).build();
  }

  private static void await(Ordered ordered) {
    Durable.await(ordered.durable());
    try {
      if (ordered.effect().get(EFFECT_SECONDS_MAX, TimeUnit.SECONDS)
          instanceof Command.Effect.Refused refused) {
        refuse(refused);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // It is durable: the effect will come.
    }
  }

  private static void refuse(Command.Effect.Refused refused) {
    throw new ProblemException(refused.reason(), refused.message());
  }
}
