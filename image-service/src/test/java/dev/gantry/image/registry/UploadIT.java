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
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class UploadIT {
  private static final String ABCDEF = Digest.of(bytes("abcdef")).toString();
  private static final String REPOSITORY = "upload/test";

  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void chunksInOrderBecomeABlob() throws Exception {
    String location = registry.upload(REPOSITORY);
    var first = registry.call("PATCH", location, bytes("abc"), "Content-Range", "0-2");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(header(first, "Range")).isEqualTo("0-2");

    var last =
        registry.call(
            "PUT",
            header(first, "Location") + "?digest=" + ABCDEF,
            bytes("def"),
            "Content-Range",
            "3-5");

    assertThat(last.statusCode()).isEqualTo(201);
    assertThat(header(last, "Docker-Content-Digest")).isEqualTo(ABCDEF);
    assertThat(text(registry.call("GET", header(last, "Location"), null))).isEqualTo("abcdef");
  }

  @Test
  void aStreamWithoutRangesBecomesABlob() throws Exception {
    String location = registry.upload(REPOSITORY);
    registry.call("PATCH", location, bytes("abcdef"));
    assertThat(registry.call("PUT", location + "?digest=" + ABCDEF, null).statusCode())
        .isEqualTo(201);
  }

  @Test
  void theStatusTellsHowMuchArrived() throws Exception {
    String location = registry.upload(REPOSITORY);
    registry.call("PATCH", location, bytes("abc"));
    var status = registry.call("GET", location, null);
    assertThat(status.statusCode()).isEqualTo(204);
    assertThat(header(status, "Range")).isEqualTo("0-2");
    assertThat(header(status, "Location")).isEqualTo(location);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH", "PUT"})
  void aChunkOutOfOrderIs416(String method) throws Exception {
    String location = registry.upload(REPOSITORY);
    registry.call("PATCH", location, bytes("abc"), "Content-Range", "0-2");
    String path = method.equals("PUT") ? location + "?digest=" + ABCDEF : location;
    var response = registry.call(method, path, bytes("def"), "Content-Range", "7-9");
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(codes(response)).containsExactly("BLOB_UPLOAD_INVALID");
    assertThat(header(registry.call("GET", location, null), "Range")).isEqualTo("0-2");
  }

  @Test
  void aContentRangeThatIsNoneIs416() throws Exception {
    String location = registry.upload(REPOSITORY);
    assertThat(registry.call("PATCH", location, bytes("abc"), "Content-Range", "x-y").statusCode())
        .isEqualTo(416);
  }

  @Test
  void theWrongDigestIsRefusedAndNothingStays() throws Exception {
    String location = registry.upload(REPOSITORY);
    String wrong = Digest.of(bytes("something else entirely")).toString();
    var response = registry.call("PUT", location + "?digest=" + wrong, bytes("abcdef"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(codes(response)).containsExactly("DIGEST_INVALID");
    assertThat(registry.call("HEAD", "/v2/" + REPOSITORY + "/blobs/" + wrong, null).statusCode())
        .isEqualTo(404);
    assertThat(registry.call("GET", location, null).statusCode()).isEqualTo(404);
  }

  @Test
  void theWrongDigestInOneRequestIsRefused() throws Exception {
    var response =
        registry.call(
            "POST", "/v2/" + REPOSITORY + "/blobs/uploads/?digest=" + ABCDEF, bytes("other"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(codes(response)).containsExactly("DIGEST_INVALID");
  }

  @Test
  void theAlgorithmOfTheClientIsEchoed() throws Exception {
    String digest = Digest.of(Digest.Algorithm.SHA512, bytes("abcdef")).toString();
    String location = registry.upload(REPOSITORY);
    var response = registry.call("PUT", location + "?digest=" + digest, bytes("abcdef"));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(header(response, "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(header(response, "Location")).endsWith(digest);
  }

  @Test
  void aCancelledUploadIsGone() throws Exception {
    String location = registry.upload(REPOSITORY);
    assertThat(registry.call("DELETE", location, null).statusCode()).isEqualTo(204);
    var response = registry.call("PATCH", location, bytes("abc"));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(codes(response)).containsExactly("BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void anUploadBelongsToItsRepository() throws Exception {
    String location = registry.upload(REPOSITORY);
    registry.upload("upload/other");
    String stolen = location.replace(REPOSITORY, "upload/other");
    assertThat(registry.call("PATCH", stolen, bytes("abc")).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "%2e%2e%2fcontent", "not-a-uuid", "0-0-0-0-0"})
  void anIdThatIsNoneIsUnknown(String id) throws Exception {
    var response =
        registry.call("PATCH", "/v2/" + REPOSITORY + "/blobs/uploads/" + id, bytes("abc"));
    assertThat(response.statusCode()).isIn(404, 405);
    assertThat(codes(response)).hasSize(1);
  }

  @Test
  void aClientThatDiedGoesOnWhereItsBytesEnded() throws Exception {
    String location = registry.upload(REPOSITORY);
    dieAfter(location, "abc", 6);

    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    var response = registry.call("PATCH", location, bytes("def"), "Content-Range", "3-5");
    while (response.statusCode() != 202 && Instant.now().isBefore(deadline)) {
      Thread.sleep(50); // The server has yet to see that the connection is gone.
      response = registry.call("PATCH", location, bytes("def"), "Content-Range", "3-5");
    }

    assertThat(registry.call("PUT", location + "?digest=" + ABCDEF, null).statusCode())
        .isEqualTo(201);
  }

  private void dieAfter(String location, String sent, int promised) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      String head =
          "PATCH " + location + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + promised + "\r\n\r\n";
      socket.getOutputStream().write(bytes(head + sent));
      socket.getOutputStream().flush();
      Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
      while (!header(status(location), "Range").equals("0-2") && Instant.now().isBefore(deadline)) {
        Thread.onSpinWait();
      }
    }
  }

  private java.net.http.HttpResponse<byte[]> status(String location) throws IOException {
    try {
      return registry.call("GET", location, null);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
