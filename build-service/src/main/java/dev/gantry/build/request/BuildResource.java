package dev.gantry.build.request;

import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.ContextTooLargeException;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.Build;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.build.queue.Submission;
import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildRequest;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds over HTTP. */
@Path("/v1/builds")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class BuildResource {
  private static final URI SOURCE = URI.create("/gantry/build-service");
  private static final int LIMIT_MAX = 500;
  private static final int KEY_LENGTH_MAX = 200;

  private final ContextStore contexts;
  private final BuildCatalog catalog;
  private final BuildRequests requests;

  BuildResource(ContextStore contexts, BuildCatalog catalog, BuildRequests requests) {
    this.contexts = contexts;
    this.catalog = catalog;
    this.requests = requests;
  }

  /** Accepts a context and builds an image of it; the same key again means the same build. */
  @POST
  @Consumes({
    "application/x-tar",
    "application/tar",
    "application/gzip",
    "application/x-gzip",
    "application/zstd",
    "application/octet-stream"
  })
  public Response submit(
      @HeaderParam("Idempotency-Key") @Nullable String key, @Context UriInfo uri, InputStream body)
      throws SQLException {
    SubmitQuery query = new SubmitQuery(uri.getQueryParameters());
    if (key != null && (key.isBlank() || key.length() > KEY_LENGTH_MAX)) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER,
          "Idempotency-Key must have 1 to " + KEY_LENGTH_MAX + " characters");
    }
    BuildSpec spec = query.spec(receive(body));
    String request = key == null ? UUID.randomUUID().toString() : key;
    String id = BuildRequests.id(SOURCE.toString(), request);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    requests.submit(
        new Submission(
            id,
            spec,
            request,
            null,
            Envelope.request(request, SOURCE, now, new BuildRequest.Requested(spec))));
    return Response.accepted(BuildDocument.of(BuildLookup.find(catalog, id)))
        .location(URI.create("/v1/builds/" + id))
        .build();
  }

  private BuildContext receive(InputStream body) {
    try {
      return contexts.receive(body);
    } catch (ContextTooLargeException e) {
      throw new ProblemException(ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (InvalidContextException e) {
      throw new ProblemException(ReasonCode.CONTEXT_INVALID, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, "the context cannot be stored now, try again: " + e);
    }
  }

  /** The newest builds, or those older than a cursor. */
  @GET
  public BuildList list(
      @QueryParam("limit") @DefaultValue("100") int limit,
      @QueryParam("cursor") @Nullable Long cursor)
      throws SQLException {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "limit must be 1 to " + LIMIT_MAX, "limit");
    }
    List<Build> builds = catalog.before(cursor == null ? Long.MAX_VALUE : cursor, limit + 1);
    List<Build> page = builds.subList(0, Math.min(limit, builds.size()));
    String next =
        builds.size() > limit
            ? "/v1/builds?cursor=" + page.getLast().position() + "&limit=" + limit
            : null;
    return new BuildList(page.stream().map(BuildDocument::of).toList(), next);
  }

  /** A build by its id or a prefix of it. */
  @GET
  @Path("/{id}")
  public BuildDocument get(@PathParam("id") String id) throws SQLException {
    return BuildDocument.of(BuildLookup.find(catalog, id));
  }

  /** Wishes for the end of a build; no effect on one that has ended. */
  @POST
  @Path("/{id}/cancel")
  public Response cancel(@PathParam("id") String id) throws SQLException {
    String build = BuildLookup.find(catalog, id).id();
    requests.cancelNow(build);
    return Response.accepted(BuildDocument.of(BuildLookup.find(catalog, build))).build();
  }
}
