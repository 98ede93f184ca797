package dev.gantry.image.mirror;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.codes;
import static dev.gantry.image.registry.Registry.descriptor;
import static dev.gantry.image.registry.Registry.header;
import static dev.gantry.image.registry.Registry.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.registry.BackboneResource;
import dev.gantry.image.registry.Registry;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients of a mirrored registry see, and what its upstream does. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class MirrorIT {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int CLIENTS = 50;

  @TestHTTPResource("/")
  URI base;

  @Inject ImageConfig config;
  @Inject Mirrors mirrors;

  private Registry registry;
  private FaultyUpstream upstream;
  private MirrorTestFile file;
  private String prefix;

  @BeforeEach
  void start() throws Exception {
    registry = new Registry(base);
    upstream = new FaultyUpstream(0);
    file = new MirrorTestFile(config.stateDir(), mirrors);
    prefix = "mirror" + NUMBERS.incrementAndGet();
    mirror("1h", "");
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private void mirror(String revalidate, String more) throws IOException, InterruptedException {
    prefix += "x";
    file.add(
        prefix,
        "{\"upstream\":\"%s\",\"revalidate\":\"%s\"%s}"
            .formatted(upstream.url(), revalidate, more));
  }

  private String path(String rest) {
    return "/v2/" + prefix + "/app/" + rest;
  }

  private HttpResponse<byte[]> get(String rest, String... headers) throws Exception {
    return registry.call("GET", path(rest), null, headers);
  }

  private static String manifest(String config) {
    return "{\"schemaVersion\":2,\"mediaType\":\""
        + MediaTypes.OCI_MANIFEST
        + "\",\"config\":"
        + descriptor(MediaTypes.OCI_CONFIG, Digest.of(bytes(config)).toString(), config.length())
        + ",\"layers\":[]}";
  }

  private static <T> List<T> atOnce(Callable<T> call) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<T>> results = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        results.add(clients.submit(call));
      }
      List<T> values = new ArrayList<>();
      for (Future<T> result : results) {
        values.add(result.get());
      }
      return values;
    }
  }

  @Test
  void aManifestComesFromTheUpstreamAndIsServedFromHereAfterwards() throws Exception {
    String digest = upstream.manifest("v1", manifest("{}"));
    assertThat(header(get("manifests/v1"), "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
    assertThat(upstream.requests).containsExactly("GET /v2/app/manifests/v1");
  }

  @Test
  void aPathIsPutBeforeTheUpstreamsNames() throws Exception {
    mirror("1h", ",\"path\":\"team/ours\"");
    upstream.manifest("v1", manifest("{}"));
    get("manifests/v1");
    assertThat(upstream.requests).containsExactly("GET /v2/team/ours/app/manifests/v1");
  }

  @Test
  void manyClientsOfAColdManifestMakeOneQuestion() throws Exception {
    upstream.manifest("v1", manifest("{}"));
    assertThat(atOnce(() -> get("manifests/v1").statusCode())).containsOnly(200);
    assertThat(upstream.requests).containsExactly("GET /v2/app/manifests/v1");
  }

  @Test
  void childrenOfAnIndexComeWhenTheyAreAskedFor() throws Exception {
    String child = upstream.manifest("child", manifest("{}"));
    upstream.type = "";
    upstream.manifest(
        "v1",
        "{\"schemaVersion\":2,\"mediaType\":\""
            + MediaTypes.OCI_INDEX
            + "\",\"manifests\":["
            + descriptor(MediaTypes.OCI_MANIFEST, child, 100)
            + "]}");
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
    assertThat(upstream.requests).hasSize(1);
    assertThat(get("manifests/" + child).statusCode()).isEqualTo(200);
    assertThat(upstream.requests).hasSize(2);
  }

  @Test
  void aTagThatMovedUpstreamIsSeenAfterTheInterval() throws Exception {
    mirror("0s", "");
    upstream.manifest("v1", manifest("{\"old\":1}"));
    get("manifests/v1");
    String moved = upstream.manifest("v1", manifest("{\"new\":1}"));
    assertThat(header(get("manifests/v1"), "Docker-Content-Digest")).isEqualTo(moved);
  }

  @Test
  void aTagThatDidNotMoveIsOnlyLookedAt() throws Exception {
    mirror("0s", "");
    upstream.manifest("v1", manifest("{}"));
    get("manifests/v1");
    get("manifests/v1");
    assertThat(upstream.requests)
        .containsExactly("GET /v2/app/manifests/v1", "HEAD /v2/app/manifests/v1");
  }

  @Test
  void aTagIsBelievedForTheInterval() throws Exception {
    String old = upstream.manifest("v1", manifest("{\"old\":1}"));
    get("manifests/v1");
    upstream.manifest("v1", manifest("{\"new\":1}"));
    assertThat(header(get("manifests/v1"), "Docker-Content-Digest")).isEqualTo(old);
  }

  @Test
  void aDigestIsNeverAskedForAgain() throws Exception {
    mirror("0s", "");
    String digest = upstream.manifest("v1", manifest("{}"));
    get("manifests/" + digest);
    get("manifests/" + digest);
    assertThat(upstream.requests).hasSize(1);
  }

  @Test
  void whatIsHereIsServedWhenTheUpstreamIsDown() throws Exception {
    mirror("0s", "");
    String digest = upstream.manifest("v1", manifest("{}"));
    get("manifests/v1");
    upstream.close();
    assertThat(header(get("manifests/v1"), "Docker-Content-Digest")).isEqualTo(digest);
  }

  @Test
  void whatIsHereIsServedWhenTheUpstreamFails() throws Exception {
    mirror("0s", "");
    upstream.manifest("v1", manifest("{}"));
    get("manifests/v1");
    upstream.status = 500;
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsHereIsServedWhenTheUpstreamIsAskedTooOften() throws Exception {
    mirror("0s", "");
    upstream.manifest("v1", manifest("{}"));
    get("manifests/v1");
    upstream.status = 429;
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
  }

  @Test
  void anUpstreamThatIsDownIsSaidToBe() throws Exception {
    upstream.close();
    HttpResponse<byte[]> response = get("manifests/v1");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(codes(response)).containsExactly("UNAVAILABLE");
  }

  @Test
  void anUpstreamThatComesBackIsAskedAgain() throws Exception {
    int port = upstream.port();
    upstream.close();
    get("manifests/v1");
    upstream = new FaultyUpstream(port);
    upstream.manifest("v1", manifest("{}"));
    int status = 503;
    for (int i = 0; i < 300 && status == 503; i++) {
      Thread.sleep(100);
      status = get("manifests/v1").statusCode();
    }
    assertThat(status).isEqualTo(200);
  }

  @Test
  void aLimitOfTheUpstreamIsPassedOn() throws Exception {
    upstream.status = 429;
    upstream.retryAfter = "600";
    HttpResponse<byte[]> response = get("manifests/v1");
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(codes(response)).containsExactly("TOOMANYREQUESTS");
    assertThat(Integer.parseInt(header(response, "Retry-After"))).isBetween(500, 600);
  }

  @Test
  void anUpstreamThatLimitsIsLeftAlone() throws Exception {
    upstream.status = 429;
    upstream.retryAfter = "600";
    atOnce(() -> get("manifests/v1").statusCode());
    assertThat(get("manifests/v2").statusCode()).isEqualTo(429);
    assertThat(get("blobs/" + Digest.of(bytes("x"))).statusCode()).isEqualTo(429);
    assertThat(upstream.requests).hasSize(1);
  }

  @Test
  void whatTheUpstreamDoesNotHaveIsUnknown() throws Exception {
    HttpResponse<byte[]> manifest = get("manifests/v1");
    assertThat(manifest.statusCode()).isEqualTo(404);
    assertThat(codes(manifest)).containsExactly("MANIFEST_UNKNOWN");
    assertThat(codes(get("blobs/" + Digest.of(bytes("x"))))).containsExactly("BLOB_UNKNOWN");
    upstream.status = 404;
    assertThat(codes(get("tags/list"))).containsExactly("NAME_UNKNOWN");
  }

  @Test
  void whatTheUpstreamDoesNotGiveIsDenied() throws Exception {
    upstream.status = 403;
    HttpResponse<byte[]> response = get("manifests/v1");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(codes(response)).containsExactly("DENIED");
  }

  @Test
  void aTokenIsFetchedOnceForAnUpstreamThatWantsOne() throws Exception {
    upstream.wants = "Bearer good";
    upstream.challenge = "Bearer realm=\"" + upstream.url() + "/token\",service=\"faulty\"";
    upstream.manifest("v1", manifest("{}"));
    String blob = upstream.blob(new byte[100]);
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
    assertThat(get("blobs/" + blob).statusCode()).isEqualTo(200);
    assertThat(upstream.count("GET /token")).isEqualTo(1);
  }

  @Test
  void aPasswordIsShownToAnUpstreamThatWantsOne() throws Exception {
    mirror("1h", ",\"username\":\"ci\",\"password\":\"secret\"");
    upstream.wants = "Basic Y2k6c2VjcmV0";
    upstream.manifest("v1", manifest("{}"));
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
  }

  @Test
  void anUpstreamThatIsShownNothingItKnowsIsDenied() throws Exception {
    upstream.wants = "Basic Y2k6c2VjcmV0";
    assertThat(codes(get("manifests/v1"))).containsExactly("DENIED");
  }

  @Test
  void aRedirectToAPrivateAddressIsNotFollowed() throws Exception {
    try (FaultyUpstream hidden = new FaultyUpstream(0)) {
      String digest = upstream.blob(new byte[100]);
      hidden.blob(new byte[100]);
      upstream.blobsAt = hidden.url();
      assertThat(get("blobs/" + digest).statusCode()).isEqualTo(502);
      assertThat(hidden.requests).isEmpty();
    }
  }

  @Test
  void aRedirectToANetworkThatTheOperatorNamesIsFollowed() throws Exception {
    mirror("1h", ",\"allowNetworks\":[\"127.0.0.1\"]");
    try (FaultyUpstream storage = new FaultyUpstream(0)) {
      String digest = storage.blob(new byte[100]);
      upstream.blobsAt = storage.url();
      assertThat(get("blobs/" + digest).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aManifestThatIsTooLongIsNotTaken() throws Exception {
    upstream.manifest("v1", " ".repeat(4 * 1024 * 1024 + 1));
    assertThat(get("manifests/v1").statusCode()).isEqualTo(502);
  }

  @Test
  void aManifestWithAnotherDigestIsNotTaken() throws Exception {
    String asked = Digest.of(bytes("asked")).toString();
    upstream.manifests.put(asked, bytes(manifest("{}")));
    assertThat(get("manifests/" + asked).statusCode()).isEqualTo(502);
  }

  @Test
  void whatIsNoManifestIsNotTaken() throws Exception {
    upstream.manifest("v1", "<html>log in</html>");
    assertThat(get("manifests/v1").statusCode()).isEqualTo(502);
  }

  @Test
  void pushesBelowAMirrorAreRefused() throws Exception {
    String uploads = path("blobs/uploads/");
    for (HttpResponse<byte[]> response :
        List.of(
            registry.call("POST", uploads, null),
            registry.call("POST", uploads + "?mount=" + Digest.of(bytes("x")) + "&from=a", null),
            registry.call("PUT", path("manifests/v1"), bytes(manifest("{}"))))) {
      assertThat(response.statusCode()).isEqualTo(405);
      assertThat(codes(response)).containsExactly("UNSUPPORTED");
    }
    assertThat(upstream.requests).isEmpty();
  }

  @Test
  void whatIsDeletedComesAgain() throws Exception {
    String digest = upstream.manifest("v1", manifest("{}"));
    get("manifests/v1");
    assertThat(registry.call("DELETE", path("manifests/" + digest), null).statusCode())
        .isEqualTo(202);
    assertThat(get("manifests/v1").statusCode()).isEqualTo(200);
    assertThat(upstream.count("GET /v2/app/manifests/v1")).isEqualTo(2);
  }

  @Test
  void tagsAreTheUpstreams() throws Exception {
    for (String tag : List.of("c", "a", "b")) {
      upstream.manifest(tag, manifest("{}"));
    }
    assertThat(tags(get("tags/list"))).containsExactly("a", "b", "c");
    HttpResponse<byte[]> page = get("tags/list?n=1&last=a");
    assertThat(tags(page)).containsExactly("b");
    assertThat(header(page, "Link")).contains("last=b");
  }

  private static List<String> tags(HttpResponse<byte[]> response) throws IOException {
    return json(response).path("tags").valueStream().map(tag -> tag.asText()).toList();
  }

  @Test
  void tagsAreThoseThatAreHereWhenTheUpstreamIsDown() throws Exception {
    upstream.manifest("a", manifest("{}"));
    upstream.manifest("b", manifest("{}"));
    get("manifests/b");
    upstream.close();
    assertThat(tags(get("tags/list"))).containsExactly("b");
  }

  @Test
  void namesBesideThePrefixAreNotMirrored() throws Exception {
    upstream.manifest("v1", manifest("{}"));
    Set<Integer> statuses = new HashSet<>();
    for (String name : List.of(prefix, prefix + "y/app", "other/" + prefix + "/app")) {
      statuses.add(registry.call("GET", "/v2/" + name + "/manifests/v1", null).statusCode());
    }
    assertThat(statuses).containsExactly(404);
    assertThat(upstream.requests).isEmpty();
  }
}
