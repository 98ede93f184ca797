package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a registry must do for those who look around. Source: OCI distribution-spec 1.1, "Content
 * Discovery".
 */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ConformanceDiscoveryIT {
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
  void tagsAreListedWhateverTheirCase() throws Exception {
    tags("find/order", "b", "B", "a", "C", "_x", "a.1", "10", "9");
    assertThat(list("find/order", "")).containsExactly("10", "9", "_x", "a", "a.1", "B", "b", "C");
  }

  @Test
  void theNameIsThatOfTheRepository() throws Exception {
    tags("find/name", "a");
    var response = registry.call("GET", "/v2/find/name/tags/list", null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("name").asText()).isEqualTo("find/name");
  }

  @Test
  void tagsComePageByPageAlongTheLinks() throws Exception {
    tags("find/pages", "e", "B", "a", "D", "c");
    List<String> seen = new ArrayList<>();
    String path = "/v2/find/pages/tags/list?n=2";
    while (path != null) {
      var page = registry.call("GET", path, null);
      json(page).path("tags").forEach(tag -> seen.add(tag.asText()));
      path =
          page.headers()
              .firstValue("Link")
              .map(link -> link.substring(1, link.indexOf(">; rel=\"next\"")))
              .orElse(null);
    }
    assertThat(seen).containsExactly("a", "B", "c", "D", "e");
  }

  @Test
  void theLastTagNeedNotExist() throws Exception {
    tags("find/last", "a", "c");
    assertThat(list("find/last", "?last=b")).containsExactly("c");
  }

  @Test
  void noTagsAreAskedForAndNoneAreListedWithoutALink() throws Exception {
    tags("find/zero", "a");
    var response = registry.call("GET", "/v2/find/zero/tags/list?n=0", null);
    assertThat(json(response).path("tags")).isEmpty();
    assertThat(response.headers().firstValue("Link")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "99999999999"})
  void aNumberThatIsNoneIs400(String n) throws Exception {
    tags("find/number", "a");
    assertThat(registry.call("GET", "/v2/find/number/tags/list?n=" + n, null).statusCode())
        .isEqualTo(400);
    assertThat(registry.call("GET", "/v2/_catalog?n=" + n, null).statusCode()).isEqualTo(400);
  }

  @Test
  void theCatalogueComesPageByPage() throws Exception {
    tags("zfind/one", "a");
    tags("zfind/two", "a");
    registry.blob("zfind/blobs-only", bytes("x"));
    var page = registry.call("GET", "/v2/_catalog?n=1&last=zfind/a", null);
    assertThat(json(page).path("repositories").toString()).isEqualTo("[\"zfind/one\"]");
    assertThat(header(page, "Link")).isEqualTo("</v2/_catalog?n=1&last=zfind%2Fone>; rel=\"next\"");
  }

  @Test
  void aDigestThatNobodyRefersToHasAnEmptyIndex() throws Exception {
    var response = registry.call("GET", "/v2/find/nobody/referrers/" + NOWHERE, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo(MediaTypes.OCI_INDEX);
    assertThat(json(response).path("manifests").isArray()).isTrue();
    assertThat(json(response).path("manifests")).isEmpty();
  }

  @Test
  void referrersOfWhatIsNoDigestAre400() throws Exception {
    var response = registry.call("GET", "/v2/find/nobody/referrers/latest", null);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(codes(response)).containsExactly("DIGEST_INVALID");
  }

  @Test
  void aReferrerIsListedWithItsTypeAndAnnotations() throws Exception {
    refer("find/typed", "\"artifactType\":\"a/b+c\",\"annotations\":{\"k\":\"v\"},");
    var entry = referrers("find/typed", "").path(0);
    assertThat(entry.path("artifactType").asText()).isEqualTo("a/b+c");
    assertThat(entry.path("annotations").path("k").asText()).isEqualTo("v");
  }

  @Test
  void withoutAnArtifactTypeItIsTheConfigs() throws Exception {
    refer("find/config", "");
    assertThat(referrers("find/config", "").path(0).path("artifactType").asText())
        .isEqualTo(MediaTypes.OCI_CONFIG);
  }

  @Test
  void anIndexWithoutAnArtifactTypeHasNone() throws Exception {
    byte[] index = bytes("{\"schemaVersion\":2,\"manifests\":[],\"subject\":" + subject() + "}");
    registry.call("PUT", "/v2/find/index/manifests/i", index, "Content-Type", MediaTypes.OCI_INDEX);
    assertThat(referrers("find/index", "").path(0).path("digest").asText())
        .isEqualTo(Digest.of(index).toString());
    assertThat(referrers("find/index", "").path(0).has("artifactType")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b%2Bc", "a/b+c"})
  void aFilterIsAppliedAndSaidSo(String type) throws Exception {
    refer("find/filter", "\"artifactType\":\"a/b+c\",");
    refer("find/filter", "\"artifactType\":\"x/y\",");
    var response =
        registry.call(
            "GET", "/v2/find/filter/referrers/" + NOWHERE + "?artifactType=" + type, null);
    assertThat(header(response, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(json(response).path("manifests")).hasSize(1);
  }

  @Test
  void referrersAreThereWhenTheirSubjectComesLater() throws Exception {
    String repository = "find/later";
    byte[] image = registry.manifest(repository, CONFIG, "later");
    String digest = Digest.of(image).toString();
    byte[] referrer = referrer(repository, "", descriptor(MediaTypes.OCI_MANIFEST, digest, 1));
    registry.putManifest(repository, "signature", referrer);
    registry.putManifest(repository, "v1", image);
    var response = registry.call("GET", "/v2/" + repository + "/referrers/" + digest, null);
    assertThat(json(response).path("manifests").path(0).path("digest").asText())
        .isEqualTo(Digest.of(referrer).toString());
  }

  @Test
  void manyReferrersComePageByPage() throws Exception {
    for (int i = 0; i < 101; i++) {
      refer("find/many", "\"annotations\":{\"n\":\"" + i + "\"},");
    }
    var first = registry.call("GET", "/v2/find/many/referrers/" + NOWHERE, null);
    String link = header(first, "Link");
    var second = registry.call("GET", link.substring(1, link.indexOf('>')), null);
    assertThat(json(first).path("manifests").size() + json(second).path("manifests").size())
        .isEqualTo(101);
  }

  private void tags(String repository, String... tags) throws Exception {
    byte[] manifest = registry.manifest(repository, CONFIG);
    for (String tag : tags) {
      assertThat(registry.putManifest(repository, tag, manifest).statusCode()).isEqualTo(201);
    }
  }

  private List<String> list(String repository, String query) throws Exception {
    List<String> tags = new ArrayList<>();
    json(registry.call("GET", "/v2/" + repository + "/tags/list" + query, null))
        .path("tags")
        .forEach(tag -> tags.add(tag.asText()));
    return tags;
  }

  private void refer(String repository, String fields) throws Exception {
    byte[] manifest = referrer(repository, fields, subject());
    assertThat(
            registry.putManifest(repository, Digest.of(manifest).toString(), manifest).statusCode())
        .isEqualTo(201);
  }

  private byte[] referrer(String repository, String fields, String subject) throws Exception {
    return bytes(
        text(registry.manifest(repository, CONFIG))
            .replace("\"config\"", fields + "\"subject\":" + subject + ",\"config\""));
  }

  private JsonNode referrers(String repository, String query) throws Exception {
    return json(registry.call("GET", "/v2/" + repository + "/referrers/" + NOWHERE + query, null))
        .path("manifests");
  }

  private static String subject() {
    return descriptor(MediaTypes.OCI_MANIFEST, NOWHERE, 1);
  }
}
