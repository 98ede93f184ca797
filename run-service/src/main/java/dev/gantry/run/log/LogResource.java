package dev.gantry.run.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.log.LogQuery;
import dev.gantry.isolation.log.LogStream;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.request.RunDocument;
import dev.gantry.run.request.RunLookup;
import dev.gantry.run.settings.RunConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a run has written, over HTTP: as it is, or as server-sent events. */
@Path("/v1/runs/{run}/logs")
public final class LogResource {
  private static final int READERS_MAX = 128;

  private final Semaphore readers = new Semaphore(READERS_MAX);
  private final Runs runs;
  private final Machine machine;
  private final ObjectMapper json;
  private final String host;
  private final Clock clock = Clock.systemUTC();

  LogResource(Runs runs, Machine machine, ObjectMapper json, RunConfig config) {
    this.runs = runs;
    this.machine = machine;
    this.json = json;
    this.host = config.host();
  }

  /** Which part of the log, and how. */
  public static final class Parameters {
    @QueryParam("follow")
    @DefaultValue("false")
    public boolean follow;

    @QueryParam("tail")
    public @Nullable String tail;

    @QueryParam("since")
    public @Nullable String since;

    @QueryParam("until")
    public @Nullable String until;

    @QueryParam("timestamps")
    @DefaultValue("false")
    public boolean timestamps;

    @QueryParam("stdout")
    public @Nullable Boolean stdout;

    @QueryParam("stderr")
    public @Nullable Boolean stderr;

    LogQuery query(Instant now) {
      return new LogQuery(
          instant(since, "since", now),
          instant(until, "until", now),
          lines(tail),
          streams(stdout, stderr),
          follow);
    }
  }

  /** The log; followed, it ends when the run does. */
  @GET
  public Response get(
      @PathParam("run") String run,
      @BeanParam Parameters parameters,
      @HeaderParam("Accept") @DefaultValue(MediaType.TEXT_PLAIN) String accept,
      @Context HttpServerRequest request) {
    RunView found = RunLookup.find(runs, run);
    LogQuery query = parameters.query(clock.instant());
    if (readers.availablePermits() == 0) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, READERS_MAX + " logs are being read already");
    }
    boolean events = accept.contains(MediaType.SERVER_SENT_EVENTS);
    LogForm form =
        events
            ? new EventLog(json, () -> RunDocument.of(current(found), host))
            : new PlainLog(parameters.timestamps);
    AtomicBoolean gone = new AtomicBoolean();
    request.connection().closeHandler(_ -> gone.set(true));
    return Response.ok(output(found, query, form, gone))
        .type(events ? MediaType.SERVER_SENT_EVENTS : "text/plain;charset=UTF-8")
        .header("Cache-Control", "no-store")
        .build();
  }

  private StreamingOutput output(RunView run, LogQuery query, LogForm form, AtomicBoolean gone) {
    BooleanSupplier past =
        () -> query.until().filter(until -> clock.instant().isAfter(until)).isPresent();
    LogCopy.Ends ends =
        new LogCopy.Ends(() -> current(run).state().hasOutcome() || past.getAsBoolean(), gone::get);
    return out -> {
      readers.acquireUninterruptibly();
      try {
        LogCopy.copy(() -> machine.log(run.id().value()), query, form, out, ends);
      } finally {
        readers.release();
      }
    };
  }

  private RunView current(RunView run) {
    return runs.view(run.id()).orElse(run);
  }

  private static Optional<Instant> instant(@Nullable String text, String name, Instant now) {
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> time = LogTime.parse(text, now);
    if (time.isEmpty()) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER,
          "is neither a time as 2026-01-31T12:00:00Z nor how long ago as 10m: " + text,
          name);
    }
    return time;
  }

  private static OptionalInt lines(@Nullable String text) {
    if (text == null || text.isEmpty() || text.equals("all")) {
      return OptionalInt.empty();
    }
    try {
      int lines = Integer.parseInt(text);
      if (lines >= 0) {
        return OptionalInt.of(lines);
      }
    } catch (NumberFormatException _) {
      // Refused below.
    }
    throw new ProblemException(
        ReasonCode.INVALID_PARAMETER, "is not a number of lines: " + text, "tail");
  }

  /** Both, unless one is asked for alone or excluded. */
  private static Set<LogStream> streams(@Nullable Boolean stdout, @Nullable Boolean stderr) {
    boolean one = Boolean.TRUE.equals(stdout) || Boolean.TRUE.equals(stderr);
    Set<LogStream> streams = EnumSet.noneOf(LogStream.class);
    if (stdout == null ? !one : stdout) {
      streams.add(LogStream.STDOUT);
    }
    if (stderr == null ? !one : stderr) {
      streams.add(LogStream.STDERR);
    }
    return streams;
  }
}
