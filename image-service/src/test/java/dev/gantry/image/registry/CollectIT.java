package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.events.StoreEvent;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.sql.Connection;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Collections of a service that waits half a second only before it takes what is new. */
@QuarkusTest
@TestProfile(ImpatientProfile.class)
@QuarkusTestResource(BackboneResource.class)
class CollectIT {
  private static final String CONFIG = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";

  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void aBlobThatNoManifestNamesGoesWithItsLink() throws Exception {
    String digest = registry.blob("collect/lost", bytes("lost"));

    collectUntilGone(digest);

    assertThat(status("/v2/collect/lost/blobs/" + digest)).isEqualTo(404);
    assertThat(StoreFiles.links("collect")).doesNotContain("collect/lost@" + digest);
  }

  @Test
  void aBlobThatAManifestNamesStays() throws Exception {
    byte[] manifest = registry.manifest("collect/kept", CONFIG, "kept layer");
    registry.putManifest("collect/kept", "v1", manifest);
    String layer = Digest.of(bytes("kept layer")).toString();

    collectUntilGone(registry.blob("collect/kept", bytes("marker of kept")));

    assertThat(status("/v2/collect/kept/blobs/" + layer)).isEqualTo(200);
  }

  @Test
  void aBlobGoesWithItsLastManifest() throws Exception {
    byte[] manifest = registry.manifest("collect/last", CONFIG, "last layer", "shared layer");
    registry.putManifest("collect/last", "v1", manifest);
    byte[] other = registry.manifest("collect/other", CONFIG, "shared layer");
    registry.putManifest("collect/other", "v1", other);
    registry.call("DELETE", "/v2/collect/last/manifests/" + Digest.of(manifest), null);

    collectUntilGone(Digest.of(bytes("last layer")).toString());

    String shared = Digest.of(bytes("shared layer")).toString();
    collectUntilUnknown("/v2/collect/last/blobs/" + shared); // It is younger than the other.
    assertThat(status("/v2/collect/other/blobs/" + shared)).isEqualTo(200);
  }

  @Test
  void whatACrashLeftBetweenCatalogueAndBytesGoes() throws Exception {
    String digest = registry.blob("collect/crash", bytes("unlinked, not deleted"));
    try (Connection connection = StoreFiles.connection();
        var statement = connection.prepareStatement("delete from blob_link where digest = ?")) {
      statement.setString(1, digest);
      statement.executeUpdate();
    }

    collectUntilGone(digest);
  }

  @Test
  void aContextOfABuildIsHeldByName() throws Exception {
    String context = registry.blob("gantry/contexts", bytes("a context"));

    collectUntilGone(registry.blob("collect/marker", bytes("marker of contexts")));

    assertThat(status("/v2/gantry/contexts/blobs/" + context)).isEqualTo(200);
  }

  @Test
  void aDryRunSaysWhatWouldGoAndTakesNothing() throws Exception {
    collectUntilGone(registry.blob("collect/dry", bytes("something else before")));
    String digest = registry.blob("collect/dry", bytes("dry"));
    Instant deadline = Instant.now().plusSeconds(30);
    while (collect("?dryRun=true").path("blobs").asLong() == 0) {
      assertThat(Instant.now()).isBefore(deadline);
    }

    JsonNode would = collect("?dryRun=true");
    assertThat(StoreFiles.has(digest)).isTrue();
    JsonNode did = collect("");

    assertThat(would.path("dryRun").asBoolean()).isTrue();
    assertThat(would.path("blobs")).isEqualTo(did.path("blobs"));
    assertThat(would.path("links")).isEqualTo(did.path("links"));
    assertThat(would.path("freedBytes")).isEqualTo(did.path("freedBytes"));
    assertThat(StoreFiles.has(digest)).isFalse();
  }

  @Test
  void manifestsWithoutATagStayUnlessTheyAreAskedFor() throws Exception {
    byte[] manifest = registry.manifest("untagged/plain", CONFIG, "untagged layer");
    String digest = Digest.of(manifest).toString();
    registry.putManifest("untagged/plain", digest, manifest);
    collect("");
    assertThat(status("/v2/untagged/plain/manifests/" + digest)).isEqualTo(200);

    collect("?untaggedSeconds=0");

    assertThat(status("/v2/untagged/plain/manifests/" + digest)).isEqualTo(404);
  }

  @Test
  void manifestsOfATaggedIndexStay() throws Exception {
    byte[] child = registry.manifest("untagged/index", CONFIG, "layer of a child");
    String digest = Digest.of(child).toString();
    registry.putManifest("untagged/index", digest, child);
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.OCI_INDEX
                + "\",\"manifests\":["
                + Registry.descriptor(MediaTypes.OCI_MANIFEST, digest, child.length)
                + "]}");
    registry.call(
        "PUT", "/v2/untagged/index/manifests/v1", index, "Content-Type", MediaTypes.OCI_INDEX);

    collect("?untaggedSeconds=0");

    assertThat(status("/v2/untagged/index/manifests/" + digest)).isEqualTo(200);
  }

  @Test
  void referrersOfWhatStaysStay() throws Exception {
    byte[] image = registry.manifest("untagged/subject", CONFIG, "layer of a subject");
    registry.putManifest("untagged/subject", "v1", image);
    String subject =
        Registry.descriptor(MediaTypes.OCI_MANIFEST, Digest.of(image).toString(), image.length);
    byte[] plain = registry.manifest("untagged/subject", "{}", "a signature");
    byte[] signature =
        bytes(
            new String(plain, java.nio.charset.StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"subject\":" + subject + ","));
    String digest = Digest.of(signature).toString();
    registry.putManifest("untagged/subject", digest, signature);

    collect("?untaggedSeconds=0");

    assertThat(status("/v2/untagged/subject/manifests/" + digest)).isEqualTo(200);
  }

  @Test
  void aSecondCollectionIsRefusedWhileOneRuns() throws Exception {
    registry.blob("collect/busy", bytes("busy"));
    CompletableFuture<Integer> first;
    try (Connection connection = StoreFiles.connection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select 1 from repository where name = 'collect/busy' for update");
      first = CompletableFuture.supplyAsync(this::collectedInTheEnd);
      Instant deadline = Instant.now().plusSeconds(30);
      while (posted("/v1/gc?dryRun=true") != 409) {
        assertThat(Instant.now()).isBefore(deadline);
      }
      connection.rollback();
    }
    assertThat(first.join()).isEqualTo(200);
  }

  @Test
  void aCollectionIsTold() throws Exception {
    JsonNode report = collect("");
    assertThat(report.path("dryRun").asBoolean()).isFalse();
    assertThat(json(registry.call("GET", "/v1/gc", null))).isEqualTo(report);

    var facts = ImageFacts.atLeast(BackboneResource.backbone.bootstrapServers(), "here", 1);
    assertThat(facts).extracting(ImageFacts.Fact::event).hasOnlyElementsOfType(StoreEvent.class);
    assertThat(facts).extracting(fact -> fact.envelope().sequence()).startsWith(1L);
  }

  @Test
  void nonsenseIsRefused() throws Exception {
    var response = registry.call("POST", "/v1/gc?dryRun=maybe", null);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Registry.header(response, "Content-Type")).contains("application/problem+json");
  }

  private void collectUntilGone(String digest) throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (StoreFiles.has(digest)) {
      assertThat(Instant.now()).isBefore(deadline);
      collect("");
    }
  }

  private void collectUntilUnknown(String path) throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (status(path) != 404) {
      assertThat(Instant.now()).isBefore(deadline);
      collect("");
    }
  }

  private JsonNode collect(String query) throws Exception {
    var response = registry.call("POST", "/v1/gc" + query, null);
    assertThat(response.statusCode()).isEqualTo(200);
    return json(response);
  }

  /** Another one may be running just now. */
  private int collectedInTheEnd() {
    int status = posted("/v1/gc");
    while (status == 409) {
      status = posted("/v1/gc");
    }
    return status;
  }

  private int posted(String path) {
    try {
      return registry.call("POST", path, null).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private int status(String path) throws Exception {
    return registry.call("GET", path, null).statusCode();
  }
}
