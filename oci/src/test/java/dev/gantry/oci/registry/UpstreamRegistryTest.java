package dev.gantry.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.network.NetworkPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry of others, pulled from. */
class UpstreamRegistryTest {
  private static final RegistrySettings ONCE =
      new RegistrySettings(Duration.ofSeconds(5), Duration.ofSeconds(20), 1, Duration.ofMillis(1));
  private static final RegistryCredentials CI = new RegistryCredentials("ci", "secret");
  private static final NetworkPolicy LOOPBACK = NetworkPolicy.of(List.of("127.0.0.0/8"));
  private static final byte[] CONTENT = "some layer".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(CONTENT);

  private TinyRegistry registry;
  private TinyRegistry storage;

  @BeforeEach
  void start() throws IOException {
    registry = new TinyRegistry();
    storage = new TinyRegistry();
    registry.blobs.put(DIGEST.toString(), CONTENT);
    storage.blobs.put(DIGEST.toString(), CONTENT);
  }

  @AfterEach
  void stop() {
    registry.close();
    storage.close();
  }

  private UpstreamRegistry upstream(RegistryCredentials credentials, NetworkPolicy elsewhere) {
    return new UpstreamRegistry(
        new RegistryAccess(registry.uri(), credentials, Optional.empty(), elsewhere), ONCE);
  }

  private byte[] blob(NetworkPolicy elsewhere, long position) throws IOException {
    try (UpstreamRegistry upstream = upstream(CI, elsewhere);
        InputStream body = upstream.blob("r", DIGEST, position).body()) {
      return body.readAllBytes();
    }
  }

  @Test
  void aBlobIsFetchedFromTheHostThatTheRegistryRedirectsTo() throws IOException {
    registry.blobsAt = storage.uri().toString();
    assertThat(blob(LOOPBACK, 0)).isEqualTo(CONTENT);
    assertThat(storage.requests).hasSize(1);
  }

  @Test
  void credentialsAreNotShownToTheHostThatTheRegistryRedirectsTo() throws IOException {
    registry.wants = CI.basic();
    registry.blobsAt = storage.uri().toString();
    blob(LOOPBACK, 0);
    assertThat(registry.shown).contains(CI.basic());
    assertThat(storage.shown).containsExactly("null");
  }

  @Test
  void aRedirectToAPrivateAddressIsNotFollowed() {
    registry.blobsAt = storage.uri().toString();
    assertThatThrownBy(() -> blob(NetworkPolicy.PUBLIC, 0))
        .isInstanceOf(NetworkPolicy.RefusedException.class);
    assertThat(storage.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254",
        "https://[fe80::1]",
        "http://[::ffff:169.254.169.254]",
        "https://10.0.0.1",
        "file:///etc/passwd?",
        "ftp://127.0.0.1",
        "http://user@1.1.1.1",
        "http:///nowhere",
      })
  void aRedirectToAStrangePlaceIsNotFollowed(String place) {
    registry.blobsAt = place;
    assertThatThrownBy(() -> blob(NetworkPolicy.PUBLIC, 0)).isInstanceOf(IOException.class);
  }

  @Test
  void redirectsThatNeverEndAreGivenUp() {
    registry.blobsAt = "";
    assertThatThrownBy(() -> blob(NetworkPolicy.PUBLIC, 0)).hasMessageContaining("redirects more");
    assertThat(registry.requests).hasSize(Redirects.MAX + 1);
  }

  @Test
  void aServerOfTokensAtAPrivateAddressIsNotAsked() {
    registry.wants = "Bearer of nobody";
    registry.challenge = "Bearer realm=\"" + storage.uri() + "/token\",service=\"tiny\"";
    assertThatThrownBy(() -> blob(NetworkPolicy.PUBLIC, 0))
        .isInstanceOf(NetworkPolicy.RefusedException.class);
    assertThat(storage.requests).isEmpty();
  }

  @Test
  void aTokenIsAskedForOnceAndShownAgain() throws IOException {
    registry.wants = "Bearer of nobody";
    registry.challenge = "Bearer realm=\"" + registry.uri() + "/token\",service=\"tiny\"";
    registry.manifests.put("v1", CONTENT);
    try (UpstreamRegistry upstream = upstream(CI, NetworkPolicy.PUBLIC)) {
      upstream.manifest("r", "v1");
      upstream.digest("r", "v1");
      upstream.blob("r", DIGEST, 0).body().close();
    }
    assertThat(registry.requests.stream().filter(one -> one.contains("/token"))).hasSize(1);
  }

  @Test
  void aBlobGoesOnFromWhereItWas() throws IOException {
    assertThat(blob(LOOPBACK, 5)).isEqualTo("layer".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aBlobGoesOnFromWhereItWasAtARegistryWithoutRanges() throws IOException {
    registry.knowsRanges = false;
    assertThat(blob(LOOPBACK, 5)).isEqualTo("layer".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theSizeOfABlobIsToldForAPartOfIt() throws IOException {
    try (UpstreamRegistry upstream = upstream(null, LOOPBACK)) {
      UpstreamRegistry.BlobStream part = upstream.blob("r", DIGEST, 5);
      part.body().close();
      assertThat(part.size()).isEqualTo(OptionalLong.of(CONTENT.length));
    }
  }

  @Test
  void anErrorSaysWhenToAskAgain() {
    registry.unavailable.set(1);
    registry.retryAfter = "7";
    assertThatThrownBy(() -> blob(LOOPBACK, 0))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
  }

  @Test
  void anErrorMaySayWhenToAskAgainByADate() {
    registry.unavailable.set(1);
    registry.retryAfter = "Wed, 21 Oct 2015 07:28:00 GMT";
    assertThatThrownBy(() -> blob(LOOPBACK, 0))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.retryAfter()).contains(Duration.ZERO));
  }

  @Test
  void aManifestWithAnotherDigestIsRefused() {
    registry.manifests.put(DIGEST.toString(), "another".getBytes(StandardCharsets.UTF_8));
    try (UpstreamRegistry upstream = upstream(null, LOOPBACK)) {
      assertThatThrownBy(() -> upstream.manifest("r", DIGEST.toString()))
          .isInstanceOf(DigestMismatchException.class);
    }
  }

  @Test
  void aManifestThatIsTooLongIsRefused() {
    registry.manifests.put("v1", new byte[RegistryClient.MANIFEST_BYTES_MAX + 1]);
    try (UpstreamRegistry upstream = upstream(null, LOOPBACK)) {
      assertThatThrownBy(() -> upstream.manifest("r", "v1"))
          .isInstanceOf(InvalidImageException.class);
    }
  }

  @Test
  void tagsAreListedAsFarAsAskedForInByteOrder() throws IOException {
    try (UpstreamRegistry upstream = upstream(null, LOOPBACK)) {
      assertThat(upstream.tags("r", "", 10)).containsExactly("a", "b", "c");
      assertThat(upstream.tags("r", "a", 1)).containsExactly("b");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host", "https://host/path", "https://u:p@host"})
  void aPlaceThatIsNoRegistrysIsRefused(String base) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RegistryAccess(URI.create(base), null, Optional.empty(), NetworkPolicy.PUBLIC));
  }
}
