package dev.gantry.run.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunSpec;
import dev.gantry.events.Signal;
import dev.gantry.run.http.Durable;
import dev.gantry.run.http.IdempotencyKey;
import dev.gantry.run.http.JsonBody;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Rank;
import dev.gantry.run.lifecycle.RemoveOrder;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.lifecycle.StopOrder;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.settings.RunConfig;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs over HTTP. */
@Path("/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
public final class RunResource {
  private static final int GRACE_SECONDS_MAX = 86_400;
  private static final long ACCEPTANCE_MILLIS_MAX = 2_000;

  private final Runs runs;
  private final Lifecycle lifecycle;
  private final RequestPublisher publisher;
  private final String host;
  private final Clock clock = Clock.systemUTC();

  /** Some runs of a list, and where the next page begins. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RunList(List<RunDocument> items, @Nullable String next) {}

  RunResource(Runs runs, Lifecycle lifecycle, RequestPublisher publisher, RunConfig config) {
    this.runs = runs;
    this.lifecycle = lifecycle;
    this.publisher = publisher;
    this.host = config.host();
  }

  /** Asks for a run; it is durable when this answers. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      byte @Nullable [] body, @HeaderParam("Idempotency-Key") @Nullable String key) {
    IdempotencyKey.check(key);
    RunSpec spec =
        switch (RunSpec.parse(JsonBody.read(body))) {
          case Parsed.Valid<RunSpec>(RunSpec valid) -> valid;
          case Parsed.Invalid<RunSpec>(String field, ReasonCode reason, String message) ->
              throw new ProblemException(reason, message, field);
        };
    EntityId id = publisher.publish(spec, key);
    return Response.accepted(accepted(id, spec)).location(URI.create("/v1/runs/" + id)).build();
  }

  /** Runs, newest first; what comes or goes meanwhile moves no others to another page. */
  @GET
  public RunList list(@BeanParam ListParameters parameters) {
    RunQuery.Page page = parameters.query().apply(runs);
    Rank next = page.next();
    return new RunList(
        page.runs().stream().map(this::document).toList(),
        next == null ? null : parameters.next(next));
  }

  /** One run, by id, name, or the beginning of its id. */
  @GET
  @Path("/{run}")
  public RunDocument get(@PathParam("run") String run) {
    RunView found = RunLookup.find(runs, run);
    return document(found).inspected(found, lifecycle.checkup(found.id()));
  }

  /** Stops a run. */
  @POST
  @Path("/{run}/stop")
  public Response stop(
      @PathParam("run") String run,
      @QueryParam("graceSeconds") @Nullable Integer graceSeconds,
      @QueryParam("signal") @Nullable String signal) {
    if (graceSeconds != null && (graceSeconds < 0 || graceSeconds > GRACE_SECONDS_MAX)) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER,
          graceSeconds + " is not in 0.." + GRACE_SECONDS_MAX,
          "graceSeconds");
    }
    if (signal != null && Signal.parse(signal) instanceof Parsed.Invalid<Signal> invalid) {
      throw new ProblemException(ReasonCode.INVALID_PARAMETER, invalid.message(), "signal");
    }
    RunView found = RunLookup.find(runs, run);
    Durable.await(lifecycle.stop(found.id(), StopOrder.of(signal, graceSeconds, clock.instant())));
    return accepted(found);
  }

  /** Removes a run that is over; with force any. With volumes, its anonymous volumes go with it. */
  @DELETE
  @Path("/{run}")
  public Response remove(
      @PathParam("run") String run,
      @QueryParam("force") @DefaultValue("false") boolean force,
      @QueryParam("volumes") @DefaultValue("false") boolean volumes) {
    RunView found = RunLookup.find(runs, run);
    if (!force && !found.state().hasOutcome()) {
      throw new ProblemException(
          ReasonCode.RUN_IS_RUNNING,
          "run %s is %s: stop it first, or use force=true".formatted(run, found.state().label()));
    }
    Durable.await(lifecycle.remove(found.id(), new RemoveOrder(force, volumes)));
    return accepted(found);
  }

  private RunDocument accepted(EntityId id, RunSpec spec) {
    CompletableFuture<RunView> appears = runs.expect(id);
    try {
      return document(appears.get(ACCEPTANCE_MILLIS_MAX, TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException _) {
      return known(id, spec);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return known(id, spec);
    } finally {
      runs.unexpect(id);
    }
  }

  private RunDocument known(EntityId id, RunSpec spec) {
    return runs.view(id)
        .map(this::document)
        .orElseGet(() -> RunDocument.requested(id, spec, host, clock.instant()));
  }

  private Response accepted(RunView run) {
    RunView now = runs.view(run.id()).orElse(run);
    return Response.accepted(document(now)).build();
  }

  private RunDocument document(RunView run) {
    return RunDocument.of(run, host);
  }

  /** What a list of runs is asked for with; lists of values are separated by commas. */
  public static final class ListParameters {
    @QueryParam("state")
    public @Nullable String state;

    @QueryParam("name")
    public @Nullable String name;

    @QueryParam("image")
    public @Nullable String image;

    @QueryParam("network")
    public @Nullable String network;

    @QueryParam("volume")
    public @Nullable String volume;

    @QueryParam("health")
    public @Nullable String health;

    @QueryParam("label")
    public List<String> labels = List.of();

    @QueryParam("all")
    @DefaultValue("false")
    public boolean all;

    @QueryParam("limit")
    @DefaultValue("100")
    public int limit;

    @QueryParam("cursor")
    public @Nullable String cursor;

    RunQuery query() {
      Map<RunFilter.Field, Set<String>> values = new EnumMap<>(RunFilter.Field.class);
      fields().forEach((field, text) -> values.put(field, RunFilter.list(text)));
      return RunQuery.of(new RunFilter(values, labels, all), limit, cursor);
    }

    /** The same list behind this run. */
    String next(Rank last) {
      StringBuilder next = new StringBuilder("/v1/runs?limit=" + limit + "&cursor=" + encode(last));
      next.append(all ? "&all=true" : "");
      fields()
          .forEach(
              (field, text) ->
                  next.append('&').append(field.parameter()).append('=').append(encode(text)));
      labels.forEach(label -> next.append("&label=").append(encode(label)));
      return next.toString();
    }

    private Map<RunFilter.Field, String> fields() {
      Map<RunFilter.Field, String> fields = new EnumMap<>(RunFilter.Field.class);
      put(fields, RunFilter.Field.STATE, state);
      put(fields, RunFilter.Field.NAME, name);
      put(fields, RunFilter.Field.IMAGE, image);
      put(fields, RunFilter.Field.NETWORK, network);
      put(fields, RunFilter.Field.VOLUME, volume);
      put(fields, RunFilter.Field.HEALTH, health);
      return fields;
    }

    private static void put(
        Map<RunFilter.Field, String> fields, RunFilter.Field field, @Nullable String text) {
      if (text != null && !text.isBlank()) {
        fields.put(field, text);
      }
    }

    private static String encode(Object text) {
      return URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
    }
  }
}
