package dev.gantry.run.stats;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.events.ReasonCode;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.request.RunLookup;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What runs use, over HTTP: once, or as server-sent events each second. Processor time lately needs
 * two looks, so that an answer takes half a second.
 */
@Path("/v1/runs/{run}/stats")
@Produces(MediaType.APPLICATION_JSON)
public final class StatsResource {
  private static final int READERS_MAX = 32;
  private static final long BETWEEN_LOOKS_MILLIS = 500;

  private final Semaphore readers = new Semaphore(READERS_MAX);
  private final Runs runs;
  private final ObjectMapper json;

  /** All that run on this host. */
  public record StatsList(List<RunStats> items) {}

  StatsResource(Runs runs, ObjectMapper json) {
    this.runs = runs;
    this.json = json;
  }

  /** One run. With {@code stream}, events until it ends. */
  @GET
  public Response one(
      @PathParam("run") String run,
      @QueryParam("stream") @DefaultValue("false") boolean stream,
      @Context HttpServerRequest request) {
    RunView found = RunLookup.find(runs, run);
    return answer(reader -> reader.read(found), stream, request)
        .orElseThrow(
            () -> new ProblemException(ReasonCode.RUN_NOT_RUNNING, "run " + run + " does not run"));
  }

  /** Every run of this host that runs. */
  Response all(boolean stream, HttpServerRequest request) {
    return answer(reader -> Optional.of(new StatsList(reader.readAll())), stream, request)
        .orElseThrow();
  }

  private <T> Optional<Response> answer(
      Function<StatsReader, Optional<T>> look, boolean stream, HttpServerRequest request) {
    StatsReader reader = new StatsReader(runs);
    if (!readers.tryAcquire()) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, READERS_MAX + " readers of statistics are here already");
    }
    boolean kept = false;
    try {
      Optional<T> first = look.apply(reader);
      if (first.isEmpty() || !StatsStream.pause(BETWEEN_LOOKS_MILLIS)) {
        return Optional.empty();
      }
      if (stream) {
        kept = true;
        return Optional.of(events(() -> look.apply(reader), request));
      }
      return look.apply(reader).or(() -> first).map(found -> Response.ok(found).build());
    } finally {
      if (!kept) {
        readers.release();
      }
    }
  }

  private <T> Response events(Supplier<Optional<T>> looks, HttpServerRequest request) {
    AtomicBoolean gone = new AtomicBoolean();
    request.connection().closeHandler(_ -> gone.set(true));
    StatsStream events = new StatsStream(json, gone::get);
    StreamingOutput output =
        out -> {
          try {
            events.copy(looks::get, out);
          } finally {
            readers.release();
          }
        };
    return Response.ok(output)
        .type(MediaType.SERVER_SENT_EVENTS)
        .header("Cache-Control", "no-store")
        .build();
  }
}
