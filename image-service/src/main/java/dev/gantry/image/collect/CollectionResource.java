package dev.gantry.image.collect;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Collections on request. */
@Path("/v1/gc")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CollectionResource {
  private static final String SECONDS = "[0-9]{1,9}";

  private final CollectionWiring collections;

  CollectionResource(CollectionWiring collections) {
    this.collections = collections;
  }

  @POST
  @Operation(
      summary = "Throws away what nothing refers to any more, and answers when it is done.",
      description =
          "dryRun says only what would go. untaggedSeconds collects manifests without a tag of at"
              + " least that age as well. 409 while another collection runs.")
  public Response collect(
      @QueryParam("dryRun") @DefaultValue("false") String dryRun,
      @QueryParam("untaggedSeconds") @Nullable String untaggedSeconds,
      @Context UriInfo uri)
      throws IOException {
    if (!dryRun.matches("true|false")) {
      return invalid("dryRun must be true or false", uri);
    }
    if (untaggedSeconds != null && !untaggedSeconds.matches(SECONDS)) {
      return invalid("untaggedSeconds must be a number of seconds", uri);
    }
    Optional<Duration> untagged =
        Optional.ofNullable(untaggedSeconds).map(Long::parseLong).map(Duration::ofSeconds);
    return collections
        .collect(Boolean.parseBoolean(dryRun), untagged)
        .map(report -> Response.ok(report).build())
        .orElseGet(() -> refused(409, "another collection is running", uri));
  }

  @GET
  @Operation(summary = "What the last collection threw away; 404 when there was none yet.")
  public Response last(@Context UriInfo uri) {
    return collections
        .last()
        .map(report -> Response.ok(report).build())
        .orElseGet(() -> refused(404, "nothing was collected since the service started", uri));
  }

  private static Response invalid(String message, UriInfo uri) {
    return refused(400, message, uri);
  }

  private static Response refused(int status, String message, UriInfo uri) {
    ErrorCode code = status == 409 ? ErrorCode.UNAVAILABLE : ErrorCode.UNSUPPORTED;
    return RefusalMapper.problem(new Refusal(code, status, message), uri);
  }
}
