package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
import static dev.gantry.image.registry.Registry.descriptor;
import static dev.gantry.image.registry.Registry.header;
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

/** What a registry must do for those who push. Source: OCI distribution-spec 1.1, "Push". */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ConformancePushIT {
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
  void anUploadIs202AndItsLocationHasAUuid() throws Exception {
    var response = registry.call("POST", "/v2/push/session/blobs/uploads/", null);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(header(response, "Location"))
        .matches("/v2/push/session/blobs/uploads/[0-9a-f-]{36}");
  }

  @Test
  void aBlobInOnePutIs201AndItsLocationIsPullable() throws Exception {
    String digest = Digest.of(bytes("one put")).toString();
    String location = registry.upload("push/put");
    var response = registry.call("PUT", location + "?digest=" + digest, bytes("one put"));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(text(registry.call("GET", header(response, "Location"), null))).isEqualTo("one put");
  }

  @Test
  void aBlobInOnePostIs201AndItsLocationIsPullable() throws Exception {
    String digest = Digest.of(bytes("one post")).toString();
    var response =
        registry.call("POST", "/v2/push/post/blobs/uploads/?digest=" + digest, bytes("one post"));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(text(registry.call("GET", header(response, "Location"), null)))
        .isEqualTo("one post");
  }

  @Test
  void aPutWithoutADigestIsRefused() throws Exception {
    assertThat(codes(registry.call("PUT", registry.upload("push/put"), bytes("x"))))
        .containsExactly("DIGEST_INVALID");
  }

  @Test
  void aFirstChunkThatDoesNotBeginWithZeroIs416() throws Exception {
    var response =
        registry.call("PATCH", registry.upload("push/first"), bytes("abc"), "Content-Range", "3-5");
    assertThat(response.statusCode()).isEqualTo(416);
  }

  @Test
  void aChunkThatIsSentAgainIs416AndTheUploadGoesOn() throws Exception {
    String location = registry.upload("push/again");
    registry.call("PATCH", location, bytes("abc"), "Content-Range", "0-2");
    assertThat(registry.call("PATCH", location, bytes("abc"), "Content-Range", "0-2").statusCode())
        .isEqualTo(416);
    var next = registry.call("PATCH", location, bytes("def"), "Content-Range", "3-5");
    assertThat(header(next, "Range")).isEqualTo("0-5");
  }

  @Test
  void aMountedBlobIs201AndThereAtOnce() throws Exception {
    String digest = registry.blob("push/source", bytes("0123456789"));
    var response =
        registry.call(
            "POST", "/v2/push/target/blobs/uploads/?mount=" + digest + "&from=push/source", null);
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(registry.call("HEAD", header(response, "Location"), null).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&from=push/nowhere", "&from=../etc"})
  void whatCannotBeMountedIsUploaded(String from) throws Exception {
    String digest = registry.blob("push/source", bytes("only at its source"));
    var response =
        registry.call("POST", "/v2/push/other/blobs/uploads/?mount=" + digest + from, null);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(header(response, "Location")).contains("/blobs/uploads/");
  }

  @Test
  void aMountWithoutASourceFindsTheRepositorysOwn() throws Exception {
    String digest = registry.blob("push/own", bytes("own"));
    var response = registry.call("POST", "/v2/push/own/blobs/uploads/?mount=" + digest, null);
    assertThat(response.statusCode()).isEqualTo(201);
  }

  @Test
  void aManifestIs201AndItsLocationIsPullable() throws Exception {
    byte[] manifest = registry.manifest("push/manifest", CONFIG, "layer");
    var put = registry.putManifest("push/manifest", "v1", manifest);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(Digest.of(manifest).toString());
    assertThat(registry.call("GET", header(put, "Location"), null).body()).isEqualTo(manifest);
  }

  @Test
  void parametersOfTheContentTypeAreIgnored() throws Exception {
    byte[] manifest = registry.manifest("push/parameters", CONFIG);
    assertThat(put("push/parameters", manifest, MediaTypes.OCI_MANIFEST + "; charset=utf-8"))
        .isEqualTo(201);
  }

  @Test
  void aManifestWithoutLayersIsTaken() throws Exception {
    byte[] manifest = registry.manifest("push/empty", CONFIG);
    assertThat(put("push/empty", manifest, MediaTypes.OCI_MANIFEST)).isEqualTo(201);
  }

  @Test
  void anImageAndAListOfDockersKindAreTaken() throws Exception {
    String repository = "push/docker";
    byte[] manifest =
        bytes(
            text(registry.manifest(repository, CONFIG, "layer"))
                .replace(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST)
                .replace(MediaTypes.OCI_CONFIG, MediaTypes.DOCKER_CONFIG)
                .replace(MediaTypes.OCI_LAYER_TAR, MediaTypes.DOCKER_LAYER_TAR));
    assertThat(put(repository, manifest, MediaTypes.DOCKER_MANIFEST)).isEqualTo(201);
    String entry =
        descriptor(MediaTypes.DOCKER_MANIFEST, Digest.of(manifest).toString(), manifest.length);
    byte[] list =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.DOCKER_INDEX
                + "\",\"manifests\":["
                + entry
                + "]}");
    assertThat(put(repository, list, MediaTypes.DOCKER_INDEX)).isEqualTo(201);
  }

  @Test
  void anArtifactOfAnyTypeIsTaken() throws Exception {
    byte[] artifact =
        bytes(
            text(registry.manifest("push/artifact", "{}", "anything"))
                .replace(MediaTypes.OCI_CONFIG, MediaTypes.OCI_EMPTY)
                .replace(MediaTypes.OCI_LAYER_TAR, "application/x-of-my-own")
                .replace("\"config\"", "\"artifactType\":\"a/b\",\"config\""));
    assertThat(put("push/artifact", artifact, MediaTypes.OCI_MANIFEST)).isEqualTo(201);
  }

  @Test
  void aLayerThatIsNotForRegistriesMayBeMissing() throws Exception {
    String layer =
        descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar", NOWHERE, 9);
    byte[] manifest =
        bytes(
            text(registry.manifest("push/foreign", CONFIG))
                .replace("\"layers\":[", "\"layers\":[" + layer));
    assertThat(put("push/foreign", manifest, MediaTypes.OCI_MANIFEST)).isEqualTo(201);
  }

  @Test
  void aSizeThatIsNotTheBlobsIsRefused() throws Exception {
    String repository = "push/size";
    byte[] manifest =
        bytes(
            text(registry.manifest(repository, CONFIG))
                .replace("\"size\":" + CONFIG.length(), "\"size\":7"));
    var response = registry.putManifest(repository, "v1", manifest);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(codes(response)).containsExactly("MANIFEST_INVALID");
  }

  @Test
  void aSizeThatIsNotTheManifestsIsRefused() throws Exception {
    String repository = "push/index-size";
    byte[] manifest = registry.manifest(repository, CONFIG);
    registry.putManifest(repository, "v1", manifest);
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"manifests\":["
                + descriptor(MediaTypes.OCI_MANIFEST, Digest.of(manifest).toString(), 7)
                + "]}");
    assertThat(put(repository, index, MediaTypes.OCI_INDEX)).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/vnd.docker.distribution.manifest.v1+json"})
  void aManifestOfAnUnknownTypeIsRefused(String type) throws Exception {
    byte[] manifest = bytes("{\"schemaVersion\":2,\"layers\":[]}");
    assertThat(put("push/unknown", manifest, type)).isEqualTo(400);
  }

  @Test
  void aManifestWithASubjectNamesIt() throws Exception {
    byte[] manifest =
        bytes(
            text(registry.manifest("push/subject", CONFIG))
                .replace(
                    "\"config\"",
                    "\"subject\":"
                        + descriptor(MediaTypes.OCI_MANIFEST, NOWHERE, 1)
                        + ",\"config\""));
    var response = registry.putManifest("push/subject", "v1", manifest);
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(header(response, "OCI-Subject")).isEqualTo(NOWHERE);
  }

  private int put(String repository, byte[] manifest, String type) throws Exception {
    return registry
        .call("PUT", "/v2/" + repository + "/manifests/v1", manifest, "Content-Type", type)
        .statusCode();
  }
}
