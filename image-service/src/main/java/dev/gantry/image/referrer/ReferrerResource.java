package dev.gantry.image.referrer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.image.manifest.ManifestEntity;
import dev.gantry.image.manifest.ManifestRepository;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What refers to a manifest. Source: OCI distribution-spec 1.1, "Listing Referrers"; a digest that
 * nobody knows has no referrers, which is no error.
 */
@Path("/v2")
@RunOnVirtualThread
public class ReferrerResource {
  /** Annotations are the pusher's: so many manifests at 4 MiB still fit an answer. */
  private static final int PAGE_MAX = 100;

  private static final JsonMapper JSON = new JsonMapper();

  private final ManifestRepository manifests;

  ReferrerResource(ManifestRepository manifests) {
    this.manifests = manifests;
  }

  @GET
  @Path("/{name:.+}/referrers/{digest}")
  public Response referrers(
      @PathParam("name") String name,
      @PathParam("digest") String text,
      @QueryParam("artifactType") @Nullable String filter,
      @QueryParam("last") @Nullable String last)
      throws IOException {
    Outcome<RepositoryName> repository = RepositoryName.parse(name);
    if (repository instanceof Outcome.Refused<RepositoryName>(var refusal)) {
      return RefusalMapper.response(refusal);
    }
    if (Digest.tryParse(text).isEmpty()) {
      return Outcome.<Response>refused(ErrorCode.DIGEST_INVALID, "not a valid digest")
          .either(response -> response, RefusalMapper::response);
    }
    // A plus that was not escaped arrives as a space, which no media type has.
    String artifactType = filter == null ? null : filter.replace(' ', '+');
    List<ManifestEntity> found =
        manifests.referrers(new RepositoryName(name), text, last == null ? "" : last, PAGE_MAX + 1);
    List<ManifestEntity> page = found.stream().limit(PAGE_MAX).toList();
    Response.ResponseBuilder response =
        Response.ok(JSON.writeValueAsBytes(index(page, artifactType)))
            .header(HttpHeaders.CONTENT_TYPE, MediaTypes.OCI_INDEX);
    if (artifactType != null) {
      response.header("OCI-Filters-Applied", "artifactType");
    }
    if (found.size() > page.size()) {
      response.header("Link", "<" + next(name, text, artifactType, page) + ">; rel=\"next\"");
    }
    return response.build();
  }

  private static String next(
      String name, String digest, @Nullable String artifactType, List<ManifestEntity> page) {
    String path =
        "/v2/" + name + "/referrers/" + digest + "?last=" + encoded(page.getLast().digest());
    return artifactType == null ? path : path + "&artifactType=" + encoded(artifactType);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static ObjectNode index(List<ManifestEntity> page, @Nullable String artifactType)
      throws IOException {
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
    var entries = index.putArray("manifests");
    for (ManifestEntity manifest : page) {
      String type = manifest.artifactType().orElse("");
      if (artifactType == null || artifactType.equals(type)) {
        ObjectNode entry = entries.addObject();
        entry.put("mediaType", manifest.mediaType());
        entry.put("digest", manifest.digest());
        entry.put("size", manifest.content().length);
        if (!type.isEmpty()) {
          entry.put("artifactType", type);
        }
        JsonNode annotations = JSON.readTree(manifest.content()).path("annotations");
        if (annotations.isObject()) {
          entry.set("annotations", annotations);
        }
      }
    }
    return index;
  }
}
