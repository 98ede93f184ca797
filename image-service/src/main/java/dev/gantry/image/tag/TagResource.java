package dev.gantry.image.tag;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.Page;
import dev.gantry.image.repository.PageMapper;
import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tags of a repository. Source: OCI distribution-spec 1.1, end-8. */
@Path("/v2")
@RunOnVirtualThread
public class TagResource {
  private final RepositoryRepository repositories;
  private final TagRepository tags;

  TagResource(RepositoryRepository repositories, TagRepository tags) {
    this.repositories = repositories;
    this.tags = tags;
  }

  @GET
  @Path("/{name:.+}/tags/list")
  @Produces(MediaType.APPLICATION_JSON)
  public Response list(
      @PathParam("name") String name,
      @QueryParam("n") @Nullable String n,
      @QueryParam("last") @Nullable String last) {
    return RepositoryName.parse(name)
        .then(this::known)
        .then(
            repository ->
                Page.parse(n, last).then(page -> Outcome.done(response(repository, page))))
        .either(response -> response, RefusalMapper::response);
  }

  private Outcome<RepositoryEntity> known(RepositoryName name) {
    return repositories
        .named(name)
        .<Outcome<RepositoryEntity>>map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorCode.NAME_UNKNOWN, "no such repository"));
  }

  private Response response(RepositoryEntity repository, Page page) {
    return PageMapper.response(
        "/v2/" + repository.name() + "/tags/list",
        page,
        tags.names(repository, page.last(), page.size() + 1),
        "tags",
        Map.of("name", repository.name()));
  }
}
