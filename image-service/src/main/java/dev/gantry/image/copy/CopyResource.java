package dev.gantry.image.copy;

import dev.gantry.image.manifest.ManifestReference;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.tag.TagName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Points a tag to an image that is here already, in this repository or another. */
@Path("/v1/images")
@Consumes(MediaType.WILDCARD)
@RunOnVirtualThread
public class CopyResource {
  private final CopyRepository copies;

  CopyResource(CopyRepository copies) {
    this.copies = copies;
  }

  @POST
  @Path("/{name:.+}/tags/{tag}")
  public Response tag(
      @PathParam("name") String name,
      @PathParam("tag") String tag,
      InputStream body,
      @Context UriInfo uri)
      throws IOException {
    Outcome<CopyRequest> request = CopyRequest.read(body);
    return RepositoryName.parse(name)
        .then(to -> tag(tag).then(valid -> request.then(asked -> copy(to, valid, asked))))
        .either(
            digest -> answer(name, tag, digest), refusal -> RefusalMapper.problem(refusal, uri));
  }

  private Outcome<String> copy(RepositoryName to, TagName tag, CopyRequest request) {
    return RepositoryName.parse(request.from().isEmpty() ? to.value() : request.from())
        .then(
            from ->
                ManifestReference.parse(request.reference(), ErrorCode.MANIFEST_UNKNOWN)
                    .then(what -> copies.copy(from, what, to, tag, request.referrers())));
  }

  private static Outcome<TagName> tag(String text) {
    return TagName.parse(text)
        .<Outcome<TagName>>map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorCode.MANIFEST_INVALID, "not a valid tag"));
  }

  private static Response answer(String name, String tag, String digest) {
    return Response.ok(Map.of("repository", name, "tag", tag, "digest", digest))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .build();
  }
}
