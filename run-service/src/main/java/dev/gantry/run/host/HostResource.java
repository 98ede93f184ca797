package dev.gantry.run.host;

import dev.gantry.events.HostEvent;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;

/** This host over HTTP. */
@Path("/v1/host")
@Produces(MediaType.APPLICATION_JSON)
public final class HostResource {
  private final HostStatus status;
  private final Drain drain;

  HostResource(HostStatus status, Drain drain) {
    this.status = status;
    this.drain = drain;
  }

  /** What the host has and does. */
  @GET
  public HostEvent.State get() {
    return status.state();
  }

  /** Takes no new runs until the service starts again; with remove, ends and removes those here. */
  @POST
  @Path("/drain")
  public Drain.Result drain(@QueryParam("remove") @DefaultValue("false") boolean remove)
      throws IOException {
    if (remove) {
      return drain.clear();
    }
    drain.begin();
    return new Drain.Result(0, java.util.List.of());
  }
}
