package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.descriptor;
import static dev.gantry.image.registry.Registry.header;
import static dev.gantry.image.registry.Registry.json;
import static dev.gantry.image.registry.Registry.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code /v1/images} adds to the protocol. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class CatalogueIT {
  private static final String CONFIG =
      "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"sh\"]},"
          + "\"history\":[{\"created_by\":\"by hand\"}]}";

  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void anImageIsInspected() throws Exception {
    String digest = push("inspect/image", "v1", "layer");
    JsonNode image = json(registry.call("GET", "/v1/images/inspect/image/manifests/v1", null));
    assertThat(image.path("digest").asText()).isEqualTo(digest);
    assertThat(image.path("tags").toString()).isEqualTo("[\"v1\"]");
    assertThat(image.path("platforms").toString()).isEqualTo("[\"linux/amd64\"]");
    assertThat(image.path("config").path("Cmd").toString()).isEqualTo("[\"sh\"]");
    assertThat(image.path("history")).hasSize(1);
    assertThat(image.path("layers")).hasSize(1);
  }

  @Test
  void whatIsUnknownIsAProblem() throws Exception {
    var response = registry.call("GET", "/v1/images/inspect/nobody/manifests/v1", null);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void aTagIsTakenAwayAlone() throws Exception {
    String digest = push("remove/tag", "v1", "layer");
    var gone = registry.call("DELETE", "/v1/images/remove/tag/manifests/v1", null);
    assertThat(gone.statusCode()).isEqualTo(204);
    assertThat(pull("remove/tag", "v1")).isEqualTo(404);
    assertThat(pull("remove/tag", digest)).isEqualTo(200);
  }

  @Test
  void aDigestGoesWithItsTags() throws Exception {
    String digest = push("remove/digest", "v1", "layer");
    registry.call("DELETE", "/v1/images/remove/digest/manifests/" + digest, null);
    assertThat(pull("remove/digest", "v1")).isEqualTo(404);
  }

  @Test
  void aTagIsMovedToAnotherTagsImage() throws Exception {
    String digest = push("retag/tags", "v1", "layer");
    var response = tag("retag/tags", "stable", "{\"reference\":\"v1\"}");
    assertThat(json(response).path("digest").asText()).isEqualTo(digest);
    assertThat(pull("retag/tags", "stable")).isEqualTo(200);
  }

  @Test
  void movingATagToWhatIsNotThereChangesNothing() throws Exception {
    push("retag/nothing", "v1", "layer");
    assertThat(tag("retag/nothing", "v2", "{\"reference\":\"v9\"}").statusCode()).isEqualTo(404);
    assertThat(pull("retag/nothing", "v2")).isEqualTo(404);
  }

  @Test
  void aRequestWithoutAReferenceIsRefused() throws Exception {
    push("retag/bad", "v1", "layer");
    assertThat(tag("retag/bad", "v2", "{]").statusCode()).isEqualTo(400);
  }

  @Test
  void anImageIsCopiedWithTheRightToItsBlobs() throws Exception {
    push("copy/from", "v1", "layer of the copy");
    tag("copy/to", "v2", "{\"from\":\"copy/from\",\"reference\":\"v1\"}");
    String layer = Digest.of(bytes("layer of the copy")).toString();
    assertThat(pull("copy/to", "v2")).isEqualTo(200);
    assertThat(registry.call("GET", "/v2/copy/to/blobs/" + layer, null).statusCode())
        .isEqualTo(200);
  }

  @Test
  void anIndexIsCopiedWithItsImages() throws Exception {
    String child = push("copy/index", "v1", "layer");
    long size = registry.call("GET", "/v2/copy/index/manifests/v1", null).body().length;
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"manifests\":["
                + descriptor(MediaTypes.OCI_MANIFEST, child, size)
                + "]}");
    registry.call(
        "PUT", "/v2/copy/index/manifests/all", index, "Content-Type", MediaTypes.OCI_INDEX);
    tag("copy/index-to", "all", "{\"from\":\"copy/index\",\"reference\":\"all\"}");
    assertThat(pull("copy/index-to", child)).isEqualTo(200);
  }

  @Test
  void whatRefersToAnImageIsCopiedIfWanted() throws Exception {
    String subject = push("copy/signed", "v1", "layer");
    byte[] signature =
        bytes(
            text(registry.manifest("copy/signed", "{}"))
                .replace(
                    "{\"schemaVersion\"",
                    "{\"artifactType\":\"a/b\",\"subject\":"
                        + descriptor(MediaTypes.OCI_MANIFEST, subject, 1)
                        + ",\"schemaVersion\""));
    registry.putManifest("copy/signed", Digest.of(signature).toString(), signature);
    String request = "{\"from\":\"copy/signed\",\"reference\":\"v1\",\"referrers\":true}";
    tag("copy/signed-to", "v1", request);
    assertThat(pull("copy/signed-to", Digest.of(signature).toString())).isEqualTo(200);
  }

  @Test
  void aCopyOfWhatIsNotThereLeavesNoRepository() throws Exception {
    push("copy/some", "v1", "layer");
    String request = "{\"from\":\"copy/some\",\"reference\":\"v9\"}";
    assertThat(tag("copy/none", "v1", request).statusCode()).isEqualTo(404);
    assertThat(registry.call("GET", "/v2/copy/none/tags/list", null).statusCode()).isEqualTo(404);
  }

  private String push(String repository, String tag, String layer) throws Exception {
    byte[] manifest = registry.manifest(repository, CONFIG, layer);
    assertThat(registry.putManifest(repository, tag, manifest).statusCode()).isEqualTo(201);
    return Digest.of(manifest).toString();
  }

  private int pull(String repository, String reference) throws Exception {
    return registry.call("GET", "/v2/" + repository + "/manifests/" + reference, null).statusCode();
  }

  private HttpResponse<byte[]> tag(String repository, String tag, String request) throws Exception {
    return registry.call("POST", "/v1/images/" + repository + "/tags/" + tag, bytes(request));
  }
}
