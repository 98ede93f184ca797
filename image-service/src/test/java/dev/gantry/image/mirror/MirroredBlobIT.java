package dev.gantry.image.mirror;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.registry.BackboneResource;
import dev.gantry.image.registry.Registry;
import dev.gantry.oci.content.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blobs of a mirrored registry while they come. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
@Timeout(60)
class MirroredBlobIT {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int SIZE = 4 * 1024 * 1024;
  private static final int CLIENTS = 50;

  @TestHTTPResource("/")
  URI base;

  @Inject ImageConfig config;
  @Inject Mirrors mirrors;

  private final HttpClient http = HttpClient.newHttpClient();
  private Registry registry;
  private FaultyUpstream upstream;
  private byte[] content;
  private String digest;
  private String path;

  @BeforeEach
  void start() throws Exception {
    registry = new Registry(base);
    upstream = new FaultyUpstream(0);
    int number = NUMBERS.incrementAndGet();
    new MirrorTestFile(config.stateDir(), mirrors)
        .add("blobs" + number, "{\"upstream\":\"" + upstream.url() + "\"}");
    content = new byte[SIZE];
    new Random(number).nextBytes(content);
    digest = upstream.blob(content);
    path = "/v2/blobs" + number + "/app/blobs/" + digest;
  }

  @AfterEach
  void stop() {
    upstream.middle.countDown();
    upstream.close();
    http.close();
  }

  private HttpResponse<InputStream> open() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60)).build();
    return http.send(request, BodyHandlers.ofInputStream());
  }

  private HttpResponse<byte[]> get(String... headers) throws Exception {
    return registry.call("GET", path, null, headers);
  }

  private void awaitRequests(String start, int count) throws InterruptedException {
    Instant deadline = Instant.now().plusSeconds(30);
    while (upstream.count(start) < count && Instant.now().isBefore(deadline)) {
      Thread.sleep(10);
    }
  }

  /** The files of fetches that are under way. */
  private List<Path> partial() throws IOException {
    try (Stream<Path> files = Files.list(config.stateDir().resolve("mirror"))) {
      return files.toList();
    }
  }

  private void awaitNothingPartial() throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (!partial().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(10);
    }
    assertThat(partial()).isEmpty();
  }

  @Test
  void aBlobComesFromTheUpstreamAndIsServedFromHereAfterwards() throws Exception {
    assertThat(get().body()).isEqualTo(content);
    assertThat(get().body()).isEqualTo(content);
    assertThat(upstream.ranges).containsExactly("-");
  }

  @Test
  void aBlobReachesTheClientWhileItComes() throws Exception {
    upstream.middle = new CountDownLatch(1);
    HttpResponse<InputStream> response = open();
    try (InputStream body = response.body()) {
      byte[] half = body.readNBytes(SIZE / 4);
      assertThat(half).isEqualTo(Arrays.copyOf(content, SIZE / 4));
      assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(SIZE));
      upstream.middle.countDown();
      assertThat(body.readAllBytes()).hasSize(SIZE - SIZE / 4);
    }
  }

  @Test
  void manyClientsOfAColdBlobMakeOneFetch() throws Exception {
    upstream.middle = new CountDownLatch(1);
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Digest>> results = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        results.add(clients.submit(() -> Digest.of(get().body())));
      }
      awaitRequests("GET", 1);
      upstream.middle.countDown();
      for (Future<Digest> result : results) {
        assertThat(result.get()).hasToString(digest);
      }
    }
    assertThat(upstream.ranges).containsExactly("-");
  }

  @Test
  void aBrokenConnectionGoesOnWhereItBroke() throws Exception {
    upstream.breaking.set(2);
    assertThat(get().body()).isEqualTo(content);
    assertThat(upstream.ranges)
        .containsExactly("-", "bytes=" + SIZE / 2 + "-", "bytes=" + (SIZE / 2 + SIZE / 4) + "-");
  }

  @Test
  void anUpstreamThatNeverComesBackEndsTheTransfer() throws Exception {
    upstream.middle = new CountDownLatch(1);
    HttpResponse<InputStream> response = open();
    try (InputStream body = response.body()) {
      body.readNBytes(SIZE / 4);
      upstream.close();
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    }
    awaitNothingPartial();
  }

  @Test
  void wrongBytesBreakTheTransfer() throws Exception {
    byte[] wrong = content.clone();
    wrong[SIZE - 10] ^= 1;
    upstream.blobs.put(digest, wrong);
    HttpResponse<InputStream> response = open();
    try (InputStream body = response.body()) {
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  @Test
  void ofWrongBytesNothingIsKept() throws Exception {
    upstream.blobs.put(digest, new byte[SIZE]);
    try (InputStream body = open().body()) {
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    }
    awaitNothingPartial();
    upstream.close();
    assertThat(get().statusCode()).isEqualTo(503);
    String stored = config.stateDir() + "/content/blobs/sha256/";
    String wrong = Digest.of(new byte[SIZE]).hex();
    assertThat(Path.of(stored, wrong.substring(0, 2), wrong)).doesNotExist();
  }

  @Test
  void fewWrongBytesAreAnError() throws Exception {
    upstream.blobs.put(digest, bytes("something else"));
    assertThat(get().statusCode()).isEqualTo(502);
  }

  @Test
  void theFetchGoesOnWhenItsOnlyClientLeaves() throws Exception {
    upstream.middle = new CountDownLatch(1);
    try (InputStream body = open().body()) {
      body.readNBytes(1000);
    }
    upstream.middle.countDown();
    awaitNothingPartial();
    assertThat(get().body()).isEqualTo(content);
    assertThat(upstream.ranges).containsExactly("-");
  }

  @Test
  void theHeadOfAColdBlobFetchesNothing() throws Exception {
    HttpResponse<byte[]> response = registry.call("HEAD", path, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(SIZE));
    assertThat(upstream.ranges).isEmpty();
  }

  @Test
  void theRestOfAColdBlobIsServedWhileItComes() throws Exception {
    HttpResponse<byte[]> response = get("Range", "bytes=" + (SIZE - 1000) + "-");
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, SIZE - 1000, SIZE));
  }

  @Test
  void aPartOfAColdBlobIsServedWhenTheWholeIsVerified() throws Exception {
    HttpResponse<byte[]> response = get("Range", "bytes=10-19");
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, 10, 20));
    byte[] wrong = content.clone();
    wrong[SIZE - 1] ^= 1;
    upstream.blobs.put(digest, wrong);
    registry.call("DELETE", path, null);
    assertThat(get("Range", "bytes=10-19").statusCode()).isEqualTo(502);
  }

  @Test
  void anEmptyBlobIsServed() throws Exception {
    String empty = upstream.blob(new byte[0]);
    path = path.replace(digest, empty);
    HttpResponse<byte[]> response = get();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }
}
