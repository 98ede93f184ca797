package dev.gantry.run.stats;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What all runs of this host use, over HTTP. A class of its own, for a path is found by class. */
@Path("/v1/host/stats")
@Produces(MediaType.APPLICATION_JSON)
public final class HostStatsResource {
  private final StatsResource stats;

  HostStatsResource(StatsResource stats) {
    this.stats = stats;
  }

  /** Every run that runs. With {@code stream}, events until the reader leaves. */
  @GET
  public Response all(
      @QueryParam("stream") @DefaultValue("false") boolean stream,
      @Context HttpServerRequest request) {
    return stats.all(stream, request);
  }
}
