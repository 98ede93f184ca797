package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ImpatientProfile.class)
@QuarkusTestResource(BackboneResource.class)
class ScrubIT {
  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void aFlippedByteIsFoundAndAPushHealsIt() throws Exception {
    String digest = registry.blob("scrub/rot", bytes("precious"));
    String path = "/v2/scrub/rot/blobs/" + digest;
    flip(digest);

    JsonNode report = scrub();

    assertThat(report.path("corrupt").toString()).contains(digest);
    assertThat(registry.call("HEAD", path, null).statusCode()).isEqualTo(404);
    assertThat(registry.call("GET", path, null).statusCode()).isEqualTo(404);
    registry.blob("scrub/rot", bytes("precious"));
    assertThat(Registry.text(registry.call("GET", path, null))).isEqualTo("precious");
    assertThat(scrub().path("corruptBlobs").asInt()).isZero();
  }

  @Test
  void aManifestCannotReferToABlobInQuarantine() throws Exception {
    byte[] manifest = registry.manifest("scrub/refer", "{}", "a layer that rots");
    flip(dev.gantry.oci.content.Digest.of(bytes("a layer that rots")).toString());
    scrub();

    var response = registry.putManifest("scrub/refer", "v1", manifest);

    assertThat(Registry.codes(response)).containsExactly("MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void aLostBlobIsReported() throws Exception {
    String digest = registry.blob("scrub/lost", bytes("about to be lost"));
    Files.delete(StoreFiles.file(digest));

    assertThat(scrub().path("missing").toString()).contains(digest);
    assertThat(registry.call("GET", "/v2/scrub/lost/blobs/" + digest, null).statusCode())
        .isEqualTo(404);
  }

  /** Runs one to its end. */
  private JsonNode scrub() throws Exception {
    assertThat(registry.call("POST", "/v1/scrub", null).statusCode()).isEqualTo(202);
    Instant deadline = Instant.now().plusSeconds(60);
    JsonNode report = json(registry.call("GET", "/v1/scrub", null));
    while (report.path("running").asBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
      report = json(registry.call("GET", "/v1/scrub", null));
    }
    return report;
  }

  private static void flip(String digest) throws Exception {
    try (FileChannel file =
        FileChannel.open(
            StoreFiles.file(digest), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, 0);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      file.write(one, 0);
    }
  }
}
