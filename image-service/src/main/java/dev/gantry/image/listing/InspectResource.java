package dev.gantry.image.listing;

import dev.gantry.image.manifest.ManifestEntity;
import dev.gantry.image.manifest.ManifestReference;
import dev.gantry.image.manifest.ManifestReference.ByDigest;
import dev.gantry.image.manifest.ManifestReference.ByTag;
import dev.gantry.image.manifest.ManifestRepository;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;

/** All that is known of one image, and its end. */
@Path("/v1/images")
@RunOnVirtualThread
public class InspectResource {
  private final ManifestRepository manifests;
  private final DetailMapper details;

  InspectResource(ManifestRepository manifests, DetailMapper details) {
    this.manifests = manifests;
    this.details = details;
  }

  private record Named(RepositoryName repository, ManifestReference reference) {}

  @GET
  @Path("/{name:.+}/manifests/{reference}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response inspect(
      @PathParam("name") String name,
      @PathParam("reference") String reference,
      @Context UriInfo uri)
      throws IOException {
    Outcome<ManifestEntity> found =
        named(name, reference)
            .then(target -> manifests.manifest(target.repository(), target.reference()));
    return switch (found) {
      case Outcome.Refused<ManifestEntity>(var refusal) -> RefusalMapper.problem(refusal, uri);
      case Outcome.Done<ManifestEntity>(ManifestEntity manifest) ->
          Response.ok(details.of(new RepositoryName(name), manifest)).build();
    };
  }

  /** A tag goes alone; a digest goes with every tag that points to it. */
  @DELETE
  @Path("/{name:.+}/manifests/{reference}")
  public Response delete(
      @PathParam("name") String name,
      @PathParam("reference") String reference,
      @Context UriInfo uri) {
    return named(name, reference)
        .then(
            target ->
                switch (target.reference()) {
                  case ByTag(var tag) -> manifests.untag(target.repository(), tag);
                  case ByDigest(var digest) ->
                      manifests.delete(target.repository(), digest.toString());
                })
        .either(
            done -> Response.noContent().build(), refusal -> RefusalMapper.problem(refusal, uri));
  }

  private static Outcome<Named> named(String name, String reference) {
    return RepositoryName.parse(name)
        .then(
            repository ->
                ManifestReference.parse(reference, ErrorCode.MANIFEST_UNKNOWN)
                    .then(parsed -> Outcome.done(new Named(repository, parsed))));
  }
}
