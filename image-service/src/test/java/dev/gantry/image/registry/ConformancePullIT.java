package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
import static dev.gantry.image.registry.Registry.header;
import static dev.gantry.image.registry.Registry.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registry must do for those who pull. Source: OCI distribution-spec 1.1, "Pull". */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ConformancePullIT {
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
  void aManifestThatIsThereIs200() throws Exception {
    assertThat(get("manifests/" + pushed("pull/there")).statusCode()).isEqualTo(200);
  }

  @Test
  void theContentTypeOfAManifestHasNoParameters() throws Exception {
    pushed("pull/there");
    assertThat(header(get("manifests/v1"), "Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void whatAClientAcceptsDoesNotChangeTheManifest() throws Exception {
    pushed("pull/there");
    var response =
        registry.call(
            "GET", "/v2/pull/there/manifests/v1", null, "Accept", MediaTypes.DOCKER_MANIFEST);
    assertThat(header(response, "Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aManifestThatIsNotThereIs404(String method) throws Exception {
    pushed("pull/there");
    for (String reference : List.of("none", NOWHERE)) {
      var response = registry.call(method, "/v2/pull/there/manifests/" + reference, null);
      assertThat(response.statusCode()).as(reference).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aBlobThatIsNotThereIs404(String method) throws Exception {
    pushed("pull/there");
    var response = registry.call(method, "/v2/pull/there/blobs/" + NOWHERE, null);
    assertThat(response.statusCode()).isEqualTo(404);
  }

  @Test
  void aHeadOfAManifestIs200AndSaysItsSizeAndDigest() throws Exception {
    String digest = pushed("pull/there");
    var head = registry.call("HEAD", "/v2/pull/there/manifests/v1", null);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(header(head, "Content-Length"))
        .isEqualTo(String.valueOf(get("manifests/v1").body().length));
  }

  @Test
  void aBlobIsFoundByItsSha512() throws Exception {
    String digest = Digest.of(Digest.Algorithm.SHA512, bytes("x")).toString();
    registry.call("POST", "/v2/pull/there/blobs/uploads/?digest=" + digest, bytes("x"));
    assertThat(text(get("blobs/" + digest))).isEqualTo("x");
  }

  @Test
  void severalRangesAtOnceAreRefused() throws Exception {
    var response = blob("Range", "bytes=0-1,3-4");
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */10");
  }

  @Test
  void aRangeOfAnotherContentIsNotSent() throws Exception {
    var response = blob("Range", "bytes=0-1", "If-Range", "\"another\"");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("0123456789");
  }

  @Test
  void aRangeOfTheSameContentIsSent() throws Exception {
    String etag = "\"" + Digest.of(bytes("0123456789")) + "\"";
    assertThat(text(blob("Range", "bytes=8-", "If-Range", etag))).isEqualTo("89");
  }

  @Test
  void contentThatTheClientDoesNotWantIs412() throws Exception {
    assertThat(blob("If-Match", "\"another\"").statusCode()).isEqualTo(412);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "\"x\", W/%s", "%s"})
  void aManifestThatTheClientHasIs304(String known) throws Exception {
    String digest = pushed("pull/there");
    var response =
        registry.call(
            "GET",
            "/v2/pull/there/manifests/v1",
            null,
            "If-None-Match",
            known.formatted("\"" + digest + "\""));
    assertThat(response.statusCode()).isEqualTo(304);
  }

  @Test
  void aTagHasAtMost128Characters() throws Exception {
    byte[] manifest = registry.manifest("pull/tags", CONFIG);
    assertThat(registry.putManifest("pull/tags", "t".repeat(128), manifest).statusCode())
        .isEqualTo(201);
    assertThat(codes(registry.putManifest("pull/tags", "t".repeat(129), manifest)))
        .containsExactly("MANIFEST_INVALID");
  }

  @Test
  void aNameHasAtMost255Characters() throws Exception {
    assertThat(codes(registry.call("GET", "/v2/" + "a".repeat(256) + "/tags/list", null)))
        .containsExactly("NAME_INVALID");
    assertThat(codes(registry.call("GET", "/v2/" + "a".repeat(255) + "/tags/list", null)))
        .containsExactly("NAME_UNKNOWN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:abc", "sha1:00", "sha256:"})
  void whatHasAColonIsADigestOrInvalid(String reference) throws Exception {
    assertThat(codes(get("manifests/" + reference))).containsExactly("DIGEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/UPPER/blobs/x",
        "/v2/a/../pull/there/manifests/v1",
        "/v2/a/%2e%2e/pull/there/manifests/v1",
        "/v2/a/./b/manifests/v1",
        "/v2/pull//there/manifests/v1",
        "//v2/pull//there/manifests/v1",
        "/v2/pull%2f%2e%2e%2fthere/tags/list",
        "/v2/-a/referrers/x",
        "/v2/a%00b/manifests/v1",
        "/v2/a/blobs/../../pull/there/manifests/v1",
        "/v2//manifests/v1",
        "/v2/a%5cb/manifests/v1"
      })
  void aPathTrickIsAnInvalidName(String path) throws Exception {
    pushed("pull/there");
    String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"NAME_INVALID\"");
  }

  @Test
  void aPathThatIsNotWellFormedIs400() throws Exception {
    assertThat(raw("GET /v2/a%zzb/manifests/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aPushToAnInvalidNameIsRefusedWithoutItsBody() throws Exception {
    String answer =
        raw("POST /v2/A/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"NAME_INVALID\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v2/pull/there/manifests/v1",
        "PATCH /v2/pull/there/manifests/v1",
        "PUT /v2/pull/there/tags/list",
        "DELETE /v2/pull/there/referrers/x",
        "POST /v2/_catalog",
        "DELETE /v2/"
      })
  void aMethodThatAPathDoesNotTakeIs405(String line) throws Exception {
    String[] parts = line.split(" ");
    var response = registry.call(parts[0], parts[1], null);
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(codes(response)).containsExactly("UNSUPPORTED");
  }

  private String pushed(String repository) throws Exception {
    byte[] manifest = registry.manifest(repository, CONFIG, "layer");
    assertThat(registry.putManifest(repository, "v1", manifest).statusCode()).isEqualTo(201);
    return Digest.of(manifest).toString();
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return registry.call("GET", "/v2/pull/there/" + path, null);
  }

  private HttpResponse<byte[]> blob(String... headers) throws Exception {
    String digest = registry.blob("pull/blob", bytes("0123456789"));
    return registry.call("GET", "/v2/pull/blob/blobs/" + digest, null, headers);
  }

  /** As written: Java's client would tidy up the path. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(bytes(request));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
