package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
import static dev.gantry.image.registry.Registry.descriptor;
import static dev.gantry.image.registry.Registry.header;
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

@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ManifestIT {
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
  void aManifestIsKeptByteForByte() throws Exception {
    String repository = "manifest/bytes";
    String odd =
        text(registry.manifest(repository, CONFIG, "layer"))
            .replace("{\"schemaVersion\"", "{ \"x-unknown\" :\n[1.50e1, null ], \"schemaVersion\"");
    var put = registry.putManifest(repository, "v1", bytes(odd));
    assertThat(put.statusCode()).isEqualTo(201);

    var response = registry.call("GET", "/v2/" + repository + "/manifests/v1", null);

    assertThat(text(response)).isEqualTo(odd);
    assertThat(header(response, "Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(header(response, "Docker-Content-Digest"))
        .isEqualTo(Digest.of(bytes(odd)).toString());
  }

  @Test
  void aManifestIsFoundByItsDigest() throws Exception {
    String location = pushed("manifest/digest", "v1");
    var head = registry.call("HEAD", location, null);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(Integer.parseInt(header(head, "Content-Length")))
        .isEqualTo(registry.call("GET", location, null).body().length);
  }

  @Test
  void aDigestOfSha512IsEchoed() throws Exception {
    String repository = "manifest/sha512";
    byte[] manifest = registry.manifest(repository, CONFIG);
    String digest = Digest.of(Digest.Algorithm.SHA512, manifest).toString();
    var put = registry.putManifest(repository, digest, manifest);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(registry.call("GET", header(put, "Location"), null).body()).isEqualTo(manifest);
  }

  @Test
  void aManifestUnderAnothersDigestIsRefused() throws Exception {
    String repository = "manifest/wrong";
    var put =
        registry.putManifest(repository, NOWHERE, registry.manifest(repository, CONFIG, "layer"));
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(codes(put)).containsExactly("DIGEST_INVALID");
  }

  @Test
  void aManifestWhoseBlobIsMissingIsRefused() throws Exception {
    byte[] manifest = registry.manifest("manifest/elsewhere", CONFIG, "layer");
    var put = registry.putManifest("manifest/missing", "v1", manifest);
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(codes(put)).containsExactly("MANIFEST_BLOB_UNKNOWN");
    assertThat(registry.call("GET", "/v2/manifest/missing/manifests/v1", null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void anIndexNeedsItsManifests() throws Exception {
    String repository = "manifest/index";
    byte[] manifest = registry.manifest(repository, CONFIG, "layer");
    byte[] index =
        index(descriptor(MediaTypes.OCI_MANIFEST, Digest.of(manifest).toString(), manifest.length));
    assertThat(codes(putIndex(repository, index))).containsExactly("MANIFEST_BLOB_UNKNOWN");

    registry.putManifest(repository, Digest.of(manifest).toString(), manifest);
    assertThat(putIndex(repository, index).statusCode()).isEqualTo(201);
  }

  @Test
  void anEmptyIndexIsAnIndex() throws Exception {
    assertThat(putIndex("manifest/empty", index("")).statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsNoManifestIsRefused() throws Exception {
    var put = registry.putManifest("manifest/none", "v1", bytes("{}"));
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(codes(put)).containsExactly("MANIFEST_INVALID");
  }

  @Test
  void aManifestOfAlmostFourMebibytesIsTaken() throws Exception {
    String repository = "manifest/large";
    byte[] manifest = padded(repository, 4 * 1024 * 1024 - 1);
    assertThat(registry.putManifest(repository, "v1", manifest).statusCode()).isEqualTo(201);
    assertThat(registry.call("GET", "/v2/" + repository + "/manifests/v1", null).body())
        .isEqualTo(manifest);
  }

  @Test
  void aLargerManifestIsRefused() throws Exception {
    String repository = "manifest/larger";
    byte[] manifest = padded(repository, 4 * 1024 * 1024 + 1);
    var put = registry.putManifest(repository, "v1", manifest);
    assertThat(put.statusCode()).isEqualTo(413);
    assertThat(codes(put)).containsExactly("SIZE_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {".hidden", "-x", "a%20b", "none"})
  void aTagThatNoManifestCanHaveIsUnknown(String tag) throws Exception {
    pushed("manifest/tags", "v1");
    var response = registry.call("GET", "/v2/manifest/tags/manifests/" + tag, null);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(codes(response)).containsExactly("MANIFEST_UNKNOWN");
  }

  @Test
  void aRepositoryThatIsNotThereIsUnknown() throws Exception {
    var response = registry.call("GET", "/v2/manifest/nowhere/manifests/v1", null);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(codes(response)).containsExactly("NAME_UNKNOWN");
  }

  @Test
  void imagesAreListedNewestFirst() throws Exception {
    pushed("images/list", "v1");
    pushed("images/list", "v2");
    var first = json(registry.call("GET", "/v1/images?repository=images/list&limit=1", null));
    assertThat(first.path("items").path(0).path("tag").asText()).isEqualTo("v2");
    assertThat(first.path("items").path(0).path("platform").asText()).isEqualTo("linux/amd64");
    var second = json(registry.call("GET", first.path("next").asText(), null));
    assertThat(second.path("items").path(0).path("tag").asText()).isEqualTo("v1");
    assertThat(second.has("next")).isFalse();
  }

  @Test
  void aBadCursorIsAProblem() throws Exception {
    var response = registry.call("GET", "/v1/images?cursor=x", null);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
  }

  private String pushed(String repository, String tag) throws Exception {
    var put = registry.putManifest(repository, tag, registry.manifest(repository, CONFIG, "layer"));
    assertThat(put.statusCode()).isEqualTo(201);
    return header(put, "Location");
  }

  private java.net.http.HttpResponse<byte[]> putIndex(String repository, byte[] index)
      throws Exception {
    return registry.call(
        "PUT",
        "/v2/" + repository + "/manifests/index",
        index,
        "Content-Type",
        MediaTypes.OCI_INDEX);
  }

  private static byte[] index(String manifests) {
    return bytes("{\"schemaVersion\":2,\"manifests\":[" + manifests + "]}");
  }

  private byte[] padded(String repository, int size) throws Exception {
    String manifest = text(registry.manifest(repository, CONFIG, "layer"));
    String head = "{\"annotations\":{\"x\":\"";
    String tail = "\"}," + manifest.substring(1);
    return bytes(head + "x".repeat(size - head.length() - tail.length()) + tail);
  }
}
