package dev.gantry.image.protocol;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** Where clients ask whether this is a registry. Source: distribution-spec 1.1, end-1. */
@Path("/v2")
public class VersionResource {
  @GET
  @NonBlocking
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, String> base() {
    return Map.of();
  }
}
