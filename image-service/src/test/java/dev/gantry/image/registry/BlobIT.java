package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
import static dev.gantry.image.registry.Registry.header;
import static dev.gantry.image.registry.Registry.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.content.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class BlobIT {
  private static final String DIGEST = Digest.of(bytes("0123456789")).toString();

  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/", "/v2"})
  void theBaseSaysThatThisIsARegistry(String path) throws Exception {
    var response = registry.call("GET", path, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
  }

  @Test
  void whatWasPushedIsPulled() throws Exception {
    registry.blob("blob/whole", bytes("0123456789"));
    var response = registry.call("GET", "/v2/blob/whole/blobs/" + DIGEST, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("0123456789");
    assertThat(header(response, "Docker-Content-Digest")).isEqualTo(DIGEST);
    assertThat(header(response, "Content-Length")).isEqualTo("10");
  }

  @Test
  void aHeadTellsTheSizeWithoutABody() throws Exception {
    registry.blob("blob/head", bytes("0123456789"));
    var response = registry.call("HEAD", "/v2/blob/head/blobs/" + DIGEST, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Length")).isEqualTo("10");
  }

  @Test
  void aBlobOfNoBytesIsABlob() throws Exception {
    String digest = registry.blob("blob/empty", new byte[0]);
    var response = registry.call("GET", "/v2/blob/empty/blobs/" + digest, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void aLargeBlobComesBackWhole() throws Exception {
    byte[] content = new byte[32 * 1024 * 1024];
    new Random(1).nextBytes(content);
    String digest = registry.blob("blob/large", content);
    var response = registry.call("GET", "/v2/blob/large/blobs/" + digest, null);
    assertThat(Digest.of(response.body()).toString()).isEqualTo(digest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=2-4:234:bytes 2-4/10",
        "bytes=-3:789:bytes 7-9/10",
        "bytes=8-99:89:bytes 8-9/10"
      })
  void aRangeIsSentAlone(String example) throws Exception {
    String[] parts = example.split(":");
    registry.blob("blob/range", bytes("0123456789"));
    var response = registry.call("GET", "/v2/blob/range/blobs/" + DIGEST, null, "Range", parts[0]);
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(text(response)).isEqualTo(parts[1]);
    assertThat(header(response, "Content-Range")).isEqualTo(parts[2]);
  }

  @Test
  void aRangeThatIsNotThereIs416() throws Exception {
    registry.blob("blob/range", bytes("0123456789"));
    var response =
        registry.call("GET", "/v2/blob/range/blobs/" + DIGEST, null, "Range", "bytes=500-0");
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */10");
  }

  @Test
  void aClientThatHasTheBlobIsToldSo() throws Exception {
    registry.blob("blob/etag", bytes("0123456789"));
    String path = "/v2/blob/etag/blobs/" + DIGEST;
    String etag = header(registry.call("HEAD", path, null), "ETag");
    assertThat(registry.call("GET", path, null, "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  @Test
  void anotherRepositoryDoesNotShowTheBlob() throws Exception {
    registry.blob("blob/mine", bytes("0123456789"));
    registry.upload("blob/theirs");
    var response = registry.call("GET", "/v2/blob/theirs/blobs/" + DIGEST, null);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(codes(response)).containsExactly("BLOB_UNKNOWN");
  }

  @Test
  void aMalformedDigestIs400() throws Exception {
    registry.upload("blob/malformed");
    for (String digest : List.of("sha256:abc", "md5:" + "a".repeat(32), "latest", "sha256:..%2f")) {
      var response = registry.call("GET", "/v2/blob/malformed/blobs/" + digest, null);
      assertThat(response.statusCode()).as(digest).isEqualTo(400);
      assertThat(codes(response)).as(digest).containsExactly("DIGEST_INVALID");
    }
  }

  @Test
  void manyPushesOfOneBlobAtATimeAllSucceed() throws Exception {
    byte[] content = new byte[1024 * 1024];
    new Random(2).nextBytes(content);
    List<Callable<String>> pushes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String repository = "blob/many" + i % 3;
      pushes.add(() -> registry.blob(repository, content));
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<String> push : threads.invokeAll(pushes)) {
        assertThat(push.get()).isEqualTo(Digest.of(content).toString());
      }
    }
    var response = registry.call("GET", "/v2/blob/many0/blobs/" + Digest.of(content), null);
    assertThat(response.body()).isEqualTo(content);
  }

  @Test
  void whatIsNowhereAnswersInTheRegistrysForm() throws Exception {
    var response = registry.call("GET", "/v2/some/thing/else", null);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(codes(response)).containsExactly("UNSUPPORTED");
  }
}
