package dev.gantry.image.scrub;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Scrubs on request. */
@Path("/v1/scrub")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ScrubResource {
  private final ScrubWiring scrubs;

  ScrubResource(ScrubWiring scrubs) {
    this.scrubs = scrubs;
  }

  @POST
  @Operation(
      summary = "Starts to compare every blob with its digest; corrupt ones go to quarantine.",
      description = "409 while another scrub runs.")
  public Response start(@Context UriInfo uri) {
    return scrubs
        .start()
        .map(report -> Response.accepted(report).build())
        .orElseGet(
            () ->
                refused(new Refusal(ErrorCode.UNAVAILABLE, 409, "another scrub is running"), uri));
  }

  @GET
  @Operation(summary = "What the running scrub has found so far, or the last one; 404 without.")
  public Response latest(@Context UriInfo uri) {
    return scrubs
        .latest()
        .map(report -> Response.ok(report).build())
        .orElseGet(
            () ->
                refused(
                    new Refusal(
                        ErrorCode.UNSUPPORTED,
                        404,
                        "nothing was scrubbed since the service started"),
                    uri));
  }

  private static Response refused(Refusal refusal, UriInfo uri) {
    return RefusalMapper.problem(refusal, uri);
  }
}
