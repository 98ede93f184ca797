package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.descriptor;
import static dev.gantry.image.registry.Registry.json;
import static dev.gantry.image.registry.Registry.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a registry must do for those who delete. Source: OCI distribution-spec 1.1, "Content
 * Management".
 */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ConformanceManagementIT {
  private static final String CONFIG = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";
  private static final String NOWHERE = "sha256:" + "0".repeat(64);

  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void aDeletedTagIs202AndGoneAndItsManifestStays() throws Exception {
    String digest = pushed("manage/untag", "v1");
    assertThat(delete("/v2/manage/untag/manifests/v1")).isEqualTo(202);
    assertThat(get("/v2/manage/untag/manifests/v1")).isEqualTo(404);
    assertThat(get("/v2/manage/untag/manifests/" + digest)).isEqualTo(200);
  }

  @Test
  void aDeletedTagIsNotListed() throws Exception {
    pushed("manage/list", "v1");
    pushed("manage/list", "v2");
    delete("/v2/manage/list/manifests/v1");
    var response = registry.call("GET", "/v2/manage/list/tags/list", null);
    assertThat(json(response).path("tags").toString()).isEqualTo("[\"v2\"]");
  }

  @Test
  void aRepositoryWithoutTagsHasAnEmptyList() throws Exception {
    pushed("manage/none", "v1");
    delete("/v2/manage/none/manifests/v1");
    var response = registry.call("GET", "/v2/manage/none/tags/list", null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("tags").toString()).isEqualTo("[]");
  }

  @Test
  void aDeletedManifestIs202AndGoneWithItsTags() throws Exception {
    String digest = pushed("manage/manifest", "v1");
    String path = "/v2/manage/manifest/manifests/";
    assertThat(delete(path + digest)).isEqualTo(202);
    assertThat(get(path + digest)).isEqualTo(404);
    assertThat(get(path + "v1")).isEqualTo(404);
    assertThat(delete(path + digest)).isEqualTo(404);
  }

  @Test
  void aDeletedReferrerIsNotListed() throws Exception {
    String repository = "manage/referrer";
    byte[] manifest =
        bytes(
            text(registry.manifest(repository, CONFIG))
                .replace(
                    "\"config\"",
                    "\"subject\":"
                        + descriptor(MediaTypes.OCI_MANIFEST, NOWHERE, 1)
                        + ",\"config\""));
    registry.putManifest(repository, "v1", manifest);
    delete("/v2/" + repository + "/manifests/" + Digest.of(manifest));
    var response = registry.call("GET", "/v2/" + repository + "/referrers/" + NOWHERE, null);
    assertThat(json(response).path("manifests")).isEmpty();
  }

  @Test
  void aDeletedBlobIs202AndGoneAtOnce() throws Exception {
    String path = "/v2/manage/blob/blobs/" + registry.blob("manage/blob", bytes("0123456789"));
    assertThat(delete(path)).isEqualTo(202);
    assertThat(get(path)).isEqualTo(404);
    assertThat(delete(path)).isEqualTo(404);
  }

  @Test
  void aDeletedBlobStaysInOtherRepositories() throws Exception {
    String digest = registry.blob("manage/mine", bytes("shared"));
    registry.blob("manage/theirs", bytes("shared"));
    delete("/v2/manage/mine/blobs/" + digest);
    assertThat(get("/v2/manage/theirs/blobs/" + digest)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifests/none", "manifests/", "blobs/"})
  void whatIsNotThereIs404(String path) throws Exception {
    pushed("manage/there", "v1");
    String full = path.endsWith("/") ? path + NOWHERE : path;
    assertThat(delete("/v2/manage/there/" + full)).isEqualTo(404);
    assertThat(delete("/v2/manage/nowhere/" + full)).isEqualTo(404);
  }

  private String pushed(String repository, String tag) throws Exception {
    byte[] manifest = registry.manifest(repository, CONFIG, "layer");
    assertThat(registry.putManifest(repository, tag, manifest).statusCode()).isEqualTo(201);
    return Digest.of(manifest).toString();
  }

  private int delete(String path) throws Exception {
    return registry.call("DELETE", path, null).statusCode();
  }

  private int get(String path) throws Exception {
    return registry.call("GET", path, null).statusCode();
  }
}
