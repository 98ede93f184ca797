package dev.gantry.image.repository;

import dev.gantry.image.protocol.RefusalMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The repositories, for clients that list them as the CNCF distribution does. */
@Path("/v2")
@RunOnVirtualThread
public class CatalogResource {
  private final RepositoryRepository repositories;

  CatalogResource(RepositoryRepository repositories) {
    this.repositories = repositories;
  }

  @GET
  @Path("/_catalog")
  @Produces(MediaType.APPLICATION_JSON)
  public Response catalog(
      @QueryParam("n") @Nullable String n, @QueryParam("last") @Nullable String last) {
    return Page.parse(n, last)
        .either(
            page ->
                PageMapper.response(
                    "/v2/_catalog",
                    page,
                    repositories.catalog(page.last(), page.size() + 1),
                    "repositories",
                    Map.of()),
            RefusalMapper::response);
  }
}
