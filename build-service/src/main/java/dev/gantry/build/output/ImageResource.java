package dev.gantry.build.output;

import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.Build;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.build.queue.BuiltImage;
import dev.gantry.build.request.BuildLookup;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The images of builds as archives. */
@Path("/v1/builds/{id}/image")
@RunOnVirtualThread
public final class ImageResource {
  private static final String TAR = "application/x-tar";

  private final ImageOutputs outputs;
  private final BuildCatalog catalog;

  ImageResource(ImageOutputs outputs, BuildCatalog catalog) {
    this.outputs = outputs;
    this.catalog = catalog;
  }

  /** The image; of a further target, where the parameter names one. */
  @GET
  @Produces(TAR)
  public Response get(
      @PathParam("id") String id,
      @QueryParam("format") @DefaultValue("oci") String format,
      @QueryParam("target") @Nullable String target)
      throws SQLException {
    ImageOutputs.Format chosen =
        ImageOutputs.Format.of(format)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ReasonCode.INVALID_PARAMETER, "format is oci, docker or tar", "format"));
    Build build = BuildLookup.find(catalog, id);
    String digest = target == null ? build.imageDigest() : digest(build, target);
    if (digest == null) {
      throw new ProblemException(
          ReasonCode.NOT_FOUND, "build " + build.id() + " has made no such image (yet)");
    }
    try {
      ImageOutputs.Writer writer = outputs.open(build, digest, chosen);
      StreamingOutput body = writer::write;
      return Response.ok(body, TAR)
          .header(HttpHeaders.ETAG, "\"" + digest + "/" + format + "\"")
          .build();
    } catch (IOException e) {
      throw new ProblemException(
          ReasonCode.PULL_FAILED, "the image cannot be read: " + e.getMessage());
    }
  }

  private static @Nullable String digest(Build build, String target) {
    return build.images().stream()
        .filter(image -> image.target().equals(target))
        .map(BuiltImage::digest)
        .findFirst()
        .orElse(null);
  }
}
