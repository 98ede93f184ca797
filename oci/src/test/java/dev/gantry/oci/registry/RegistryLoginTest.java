package dev.gantry.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who one is, shown to those who ask. */
class RegistryLoginTest {
  private static final RegistrySettings IMPATIENT =
      new RegistrySettings(Duration.ofSeconds(5), Duration.ofSeconds(20), 3, Duration.ofMillis(1));
  private static final RegistryCredentials CI = new RegistryCredentials("ci", "pass:word");
  private static final byte[] CONTENT = "a layer".getBytes(StandardCharsets.UTF_8);
  private static final Descriptor BLOB = Descriptor.of(MediaTypes.OCI_LAYER_TAR, CONTENT);

  private TinyRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new TinyRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private boolean push(RegistryCredentials credentials) throws IOException {
    try (RegistryClient client = RegistryClient.elsewhere(registry.uri(), IMPATIENT, credentials)) {
      return client.pushBlob("r", BLOB, BlobSource.of(CONTENT));
    }
  }

  private void wantTokens() {
    registry.wants = "Bearer of nobody";
    registry.challenge =
        "Bearer realm=\"%s/token\",service=\"tiny\",scope=\"repository:r:pull,push\""
            .formatted(registry.uri());
    registry.tokenFor = CI.basic();
  }

  private List<String> tokenRequests() {
    return registry.requests.stream().filter(one -> one.startsWith("GET /token")).toList();
  }

  @Test
  void aPasswordIsShownToARegistryThatAsks() throws IOException {
    registry.wants = CI.basic();
    assertThat(push(CI)).isTrue();
  }

  @Test
  void nobodyInParticularPushesWhereNobodyAsks() throws IOException {
    assertThat(push(null)).isTrue();
  }

  @Test
  void aPasswordThatIsRefusedIsShownOnce() {
    registry.wants = "Basic other";
    assertThatThrownBy(() -> push(CI))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("401");
    assertThat(registry.requests).hasSize(2);
  }

  @Test
  void aPasswordIsNotInAMessage() {
    registry.wants = "Basic other";
    assertThatThrownBy(() -> push(CI)).hasMessageNotContaining("pass:word");
  }

  @Test
  void aTokenIsFetchedForWhatTheRegistryNames() throws IOException {
    wantTokens();
    assertThat(push(CI)).isTrue();
    assertThat(tokenRequests())
        .allMatch(one -> one.endsWith("?service=tiny&scope=repository%3Ar%3Apull%2Cpush"));
  }

  @Test
  void aTokenServerThatGivesNoneIsAnError() {
    wantTokens();
    registry.tokenFor = "Basic other";
    assertThatThrownBy(() -> push(CI))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("/token");
  }

  @Test
  void aTokenThatEndsWhileABlobIsSentIsFetchedAnewAndTheBlobSentAgain() throws IOException {
    wantTokens();
    int[] opened = new int[1];
    try (RegistryClient client = RegistryClient.elsewhere(registry.uri(), IMPATIENT, CI)) {
      client.pushBlob(
          "r",
          BLOB,
          () -> {
            if (opened[0]++ == 0) {
              registry.wants = "Bearer of nobody"; // from now on
            }
            return new ByteArrayInputStream(CONTENT);
          });
    }
    assertThat(registry.blobs).containsKey(BLOB.digest().toString());
    assertThat(opened[0]).isEqualTo(2);
  }

  @Test
  void aServerOfTokensThatIsNoneIsAnError() {
    wantTokens();
    registry.challenge = "Bearer realm=\"file:///etc/passwd\"";
    assertThatThrownBy(() -> push(CI)).hasMessageContaining("without TLS");
  }

  @Test
  void credentialsAreNotToldByTheirText() {
    assertThat(CI).hasToString("credentials of ci");
  }

  @Test
  void aRegistryWithoutAnAddressIsNotReached() {
    RegistryClient client =
        RegistryClient.elsewhere(URI.create("http://127.0.0.1:1"), IMPATIENT, CI);
    assertThatThrownBy(() -> client.pushBlob("r", BLOB, BlobSource.of(CONTENT)))
        .isInstanceOf(IOException.class);
    client.close();
  }
}
