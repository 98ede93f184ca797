package dev.gantry.build.request;

import dev.gantry.build.context.ContextStore;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.Build;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds over HTTP. */
@Path("/v1/builds")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class BuildResource {
  private static final String KEY = "Idempotency-Key";

  private final SubmitBody bodies;
  private final Submitter submitter;
  private final BuildCatalog catalog;
  private final BuildRequests requests;

  BuildResource(
      ContextStore contexts, Submitter submitter, BuildCatalog catalog, BuildRequests requests) {
    this.bodies = new SubmitBody(contexts);
    this.submitter = submitter;
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
      @HeaderParam(KEY) @Nullable String key, @Context UriInfo uri, InputStream body)
      throws SQLException {
    Submitter.checkKey(key);
    return accept(key, bodies.archive(new SubmitQuery(uri.getQueryParameters()), body));
  }

  /** Accepts a Dockerfile without any other file. */
  @POST
  @Consumes({"text/x-dockerfile", MediaType.TEXT_PLAIN})
  public Response submitDockerfile(
      @HeaderParam(KEY) @Nullable String key, @Context UriInfo uri, InputStream body)
      throws SQLException {
    Submitter.checkKey(key);
    return accept(key, bodies.dockerfile(uri.getQueryParameters(), body));
  }

  /** Accepts a document that says what to build, of a context that is somewhere. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response submitDocument(@HeaderParam(KEY) @Nullable String key, InputStream body)
      throws SQLException {
    Submitter.checkKey(key);
    return accept(key, bodies.document(body));
  }

  /** Accepts a form with a document, a context and values of secrets. */
  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public Response submitForm(
      @HeaderParam(KEY) @Nullable String key,
      @HeaderParam(HttpHeaders.CONTENT_TYPE) String mediaType,
      @Context UriInfo uri,
      InputStream body)
      throws SQLException {
    Submitter.checkKey(key);
    return accept(key, bodies.form(new SubmitQuery(uri.getQueryParameters()), mediaType, body));
  }

  private Response accept(@Nullable String key, SubmitBody.Asked asked) throws SQLException {
    String id = submitter.submit(key, asked.spec(), asked.secrets());
    return Response.accepted(BuildDocument.of(BuildLookup.find(catalog, id)))
        .location(URI.create("/v1/builds/" + id))
        .build();
  }

  /** The newest builds, or those older than a cursor, as far as the filter lets them through. */
  @GET
  public BuildList list(@Context UriInfo uri) throws SQLException {
    ListQuery query = new ListQuery(uri.getQueryParameters());
    int limit = query.limit();
    List<Build> builds = catalog.list(query.filter(), limit + 1);
    List<Build> page = builds.subList(0, Math.min(limit, builds.size()));
    String next = builds.size() > limit ? query.next(page.getLast().position()) : null;
    return new BuildList(page.stream().map(BuildDocument::of).toList(), next);
  }

  /** A build by its id or a prefix of it. */
  @GET
  @Path("/{id}")
  public BuildDocument get(@PathParam("id") String id) throws SQLException {
    return BuildDocument.of(BuildLookup.find(catalog, id));
  }

  /** Where the image came from, as an in-toto statement with a SLSA provenance. */
  @GET
  @Path("/{id}/provenance")
  @Produces({"application/vnd.in-toto+json", MediaType.APPLICATION_JSON})
  public String provenance(@PathParam("id") String id) throws SQLException {
    String build = BuildLookup.find(catalog, id).id();
    return catalog
        .provenance(build)
        .orElseThrow(
            () ->
                new ProblemException(
                    ReasonCode.NOT_FOUND, "build " + build + " has made no image (yet)"));
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
