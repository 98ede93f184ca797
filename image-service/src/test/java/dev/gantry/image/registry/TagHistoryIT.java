package dev.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.oci.content.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where tags have pointed, and pulling what they pointed to. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class TagHistoryIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG = "{}";

  @TestHTTPResource private URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void theHistoryOfATagSaysFromWhereToWhereAndByWhom() throws Exception {
    String first = push("history/moves", "v1", "one");
    String second = push("history/moves", "v1", "two");

    JsonNode newest = history("/v1/images/history/moves/tags/v1/history").at("/items/0");

    assertThat(newest.path("digest").asText()).isEqualTo(second);
    assertThat(newest.path("previousDigest").asText()).isEqualTo(first);
    assertThat(newest.path("actor").asText()).endsWith("@127.0.0.1");
  }

  @Test
  void aTagThatWasTakenAwayHasAHistory() throws Exception {
    String digest = push("history/gone", "v1", "one");
    registry.call("DELETE", "/v2/history/gone/manifests/v1", null);

    JsonNode newest = history("/v1/images/history/gone/tags/v1/history").at("/items/0");

    assertThat(newest.has("digest")).isFalse();
    assertThat(newest.path("previousDigest").asText()).isEqualTo(digest);
  }

  @Test
  void aLongHistoryComesInPages() throws Exception {
    push("history/pages", "v1", "one");
    push("history/pages", "v1", "two");
    push("history/pages", "v1", "three");

    JsonNode first = history("/v1/images/history/pages/tags/v1/history?limit=2");
    JsonNode second = history(first.path("next").asText());

    assertThat(first.path("items")).hasSize(2);
    assertThat(second.path("items")).hasSize(1);
    assertThat(second.has("next")).isFalse();
  }

  @Test
  void aTagThatNeverWasHasNoHistory() throws Exception {
    push("history/never", "v1", "one");

    HttpResponse<byte[]> answer =
        registry.call("GET", "/v1/images/history/never/tags/v2/history", null);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void aTagIsPulledAsOfATime() throws Exception {
    String first = push("history/past", "v1", "one");
    String then = after(Instant.now());
    push("history/past", "v1", "two");

    HttpResponse<byte[]> answer =
        registry.call("GET", "/v2/history/past/manifests/v1.as-of." + then, null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Registry.header(answer, "Docker-Content-Digest")).isEqualTo(first);
  }

  @Test
  void aTagThatWasNotThereYetIsUnknownAsOfThen() throws Exception {
    push("history/future", "v1", "one");

    HttpResponse<byte[]> answer =
        registry.call("GET", "/v2/history/future/manifests/v1.as-of.20200101T000000Z", null);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Registry.codes(answer)).containsExactly("MANIFEST_UNKNOWN");
  }

  /** The present second in the form of a pull, when the next has begun. */
  private static String after(Instant now) throws InterruptedException {
    Instant next = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    while (Instant.now().isBefore(next)) {
      Thread.sleep(20);
    }
    return DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(now);
  }

  private JsonNode history(String path) throws Exception {
    HttpResponse<byte[]> answer = registry.call("GET", path, null);
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private String push(String repository, String tag, String layer) throws Exception {
    byte[] manifest = registry.manifest(repository, CONFIG, layer);
    assertThat(registry.putManifest(repository, tag, manifest).statusCode()).isEqualTo(201);
    return Digest.of(manifest).toString();
  }
}
