package dev.gantry.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.HistoryEntry;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.ImageIndex;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.image.MediaTypes;
import dev.gantry.oci.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryClientTest {
  private static final RegistrySettings IMPATIENT =
      new RegistrySettings(Duration.ofSeconds(5), Duration.ofSeconds(20), 3, Duration.ofMillis(1));

  private TinyRegistry registry;
  private RegistryClient client;

  @BeforeEach
  void start() throws IOException {
    registry = new TinyRegistry();
    client = new RegistryClient(registry.uri(), IMPATIENT);
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static Descriptor layer(byte[] content) {
    return Descriptor.of(MediaTypes.OCI_LAYER_TAR, content);
  }

  private Descriptor serve(byte[] content) {
    registry.blobs.put(Digest.of(content).toString(), content);
    return layer(content);
  }

  private byte[] pull(Descriptor blob) throws IOException {
    try (InputStream in = client.blob("r", blob)) {
      return in.readAllBytes();
    }
  }

  private static ImageConfig config(byte[]... layers) {
    var editor = ImageConfig.create(Platform.LINUX_AMD64);
    for (byte[] layer : layers) {
      editor.layer(Digest.of(layer), new HistoryEntry(Optional.empty(), "test", "", false));
    }
    return editor.build();
  }

  private Digest pushImage(String tag, byte[]... layers) throws IOException {
    List<LayerBlob> blobs =
        List.of(layers).stream().map(l -> new LayerBlob(layer(l), BlobSource.of(l))).toList();
    return client.pushImage("r", tag, config(layers), blobs);
  }

  @Test
  void aPushedBlobIsPulledAgain() throws IOException {
    byte[] content = random(3_000_000);
    client.pushBlob("r", layer(content), BlobSource.of(content));
    assertThat(pull(layer(content))).isEqualTo(content);
  }

  @Test
  void aSmallBlobIsOneRequestToARegistryThatTakesItSo() throws IOException {
    registry.takesAtOnce = true;
    byte[] content = random(1000);

    client.pushBlob("r", layer(content), BlobSource.of(content));

    assertThat(registry.requests.stream().map(request -> request.substring(0, 4)))
        .containsExactly("HEAD", "POST");
    assertThat(pull(layer(content))).isEqualTo(content);
  }

  @Test
  void aRegistryThatTakesNoBlobWithThePostIsSentItAgain() throws IOException {
    for (byte[] content : List.of(random(1000), random(1001))) {
      client.pushBlob("r", layer(content), BlobSource.of(content));
      assertThat(pull(layer(content))).isEqualTo(content);
    }

    assertThat(registry.requests).filteredOn(request -> request.contains("POST")).hasSize(2);
    assertThat(registry.requests)
        .filteredOn(request -> request.contains("POST"))
        .last()
        .asString()
        .doesNotContain("digest=");
  }

  @Test
  void anEmptyBlobIsPushedAndPulled() throws IOException {
    client.pushBlob("r", layer(new byte[0]), BlobSource.of(new byte[0]));
    assertThat(pull(layer(new byte[0]))).isEmpty();
  }

  @Test
  void aBlobThatIsThereIsNotPushedAgain() throws IOException {
    Descriptor blob = serve(random(10));
    assertThat(client.pushBlob("r", blob, () -> null)).isFalse();
  }

  @Test
  void aBrokenPullGoesOnWhereItWas() throws IOException {
    byte[] content = random(2_000_000);
    Descriptor blob = serve(content);
    registry.breaking.set(2);
    assertThat(pull(blob)).isEqualTo(content);
  }

  @Test
  void aBrokenPullSucceedsWithoutRangesToo() throws IOException {
    byte[] content = random(2_000_000);
    Descriptor blob = serve(content);
    registry.knowsRanges = false;
    registry.breaking.set(1);
    assertThat(pull(blob)).isEqualTo(content);
  }

  @Test
  void aWrongBlobIsFoundOutAtItsEnd() {
    Descriptor blob = layer(random(1000));
    registry.blobs.put(blob.digest().toString(), new byte[1000]);
    assertThatThrownBy(() -> pull(blob)).isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void aBlobLongerThanItSaysIsRefused() {
    byte[] content = random(1000);
    Descriptor honest = serve(content);
    Descriptor shorter = new Descriptor(honest.mediaType(), honest.digest(), 500);
    assertThatThrownBy(() -> pull(shorter)).isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void aBodyThatStopsComingIsGivenUp() {
    byte[] content = random(1000);
    Descriptor blob = serve(content);
    registry.stalls = true;
    RegistrySettings once =
        new RegistrySettings(Duration.ofSeconds(5), Duration.ofMillis(200), 1, Duration.ZERO);
    try (RegistryClient hasty = new RegistryClient(registry.uri(), once)) {
      assertThatThrownBy(() -> hasty.blob("r", blob).readAllBytes())
          .isInstanceOf(HttpTimeoutException.class);
    }
  }

  @Test
  void aMissingBlobIsAnErrorWithItsCode() {
    assertThatThrownBy(() -> pull(layer(random(5))))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.status() + e.code()).isEqualTo("404BLOB_UNKNOWN"));
  }

  @Test
  void aRegistryThatIsAwayForAMomentIsAskedAgain() throws IOException {
    Descriptor blob = serve(random(5));
    registry.unavailable.set(2);
    assertThat(client.hasBlob("r", blob.digest())).isTrue();
  }

  @Test
  void aPushIsBegunAnewWhenTheRegistryFails() throws IOException {
    byte[] content = random(1000);
    assertThat(client.hasBlob("r", Digest.of(content))).isFalse();
    registry.unavailable.set(1);
    assertThat(client.pushBlob("r", layer(content), BlobSource.of(content))).isTrue();
  }

  @Test
  void patienceEnds() {
    registry.unavailable.set(100);
    assertThatThrownBy(() -> client.tags("r")).isInstanceOf(RegistryException.class);
    assertThat(registry.requests).hasSize(3);
  }

  @Test
  void anErrorOfTheCallerIsNotRepeated() {
    assertThatThrownBy(() -> client.manifest("r", "none")).isInstanceOf(RegistryException.class);
    assertThat(registry.requests).hasSize(1);
  }

  @Test
  void aRegistryThatIsNotThereIsAnErrorOfTheConnection() {
    registry.close();
    assertThatThrownBy(() -> client.tags("r"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(RegistryException.class);
  }

  @Test
  void anImageIsPushedAndResolved() throws IOException {
    byte[] layer = random(100);
    Digest digest = pushImage("1", layer, layer);
    ResolvedImage image = client.image("r", "1", Platform.LINUX_AMD64);
    assertThat(image.manifest().digest()).isEqualTo(digest);
    assertThat(image.config().diffIds()).hasSize(2);
  }

  @Test
  void anIndexLeadsToTheImageOfThePlatform() throws IOException {
    Digest digest = pushImage("1", random(10));
    Descriptor amd64 = client.findManifest("r", "1").orElseThrow();
    Platform arm64 = Platform.parse("linux/arm64");
    Descriptor other = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of(random(3)), 3);
    List<ImageIndex.Entry> entries =
        List.of(
            new ImageIndex.Entry(other, Optional.of(arm64)),
            new ImageIndex.Entry(amd64, Optional.of(Platform.LINUX_AMD64)));
    client.pushManifest("r", "all", ImageIndex.of(entries));
    assertThat(client.image("r", "all", Platform.LINUX_AMD64).manifest().digest())
        .isEqualTo(digest);
  }

  @Test
  void anImageForAnotherPlatformIsRefused() throws IOException {
    pushImage("1", random(10));
    assertThatThrownBy(() -> client.image("r", "1", Platform.parse("linux/arm64")))
        .isInstanceOf(InvalidImageException.class);
  }

  @Test
  void aManifestThatIsNotItsDigestIsRefused() throws IOException {
    byte[] other = ImageManifest.of(layer(random(1)), List.of(), java.util.Map.of()).bytes();
    Digest digest = Digest.of(random(9));
    registry.manifests.put(digest.toString(), other);
    assertThatThrownBy(() -> client.manifest("r", digest.toString()))
        .isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void aMissingManifestIsFoundMissing() throws IOException {
    assertThat(client.findManifest("r", "none")).isEmpty();
  }

  @Test
  void aTagIsDeletedOnce() throws IOException {
    pushImage("1", random(10));
    assertThat(client.deleteManifest("r", "1")).isTrue();
    assertThat(client.deleteManifest("r", "1")).isFalse();
  }

  @Test
  void tagsAreReadOverAllPages() throws IOException {
    assertThat(client.tags("r")).containsExactly("a", "b", "c");
  }

  @Test
  void aBlobIsMounted() throws IOException {
    assertThat(client.mountBlob("r", Digest.of(random(1)), "other")).isTrue();
  }

  @Test
  void aRegistryThatDoesNotMountIsNoError() throws IOException {
    registry.mounts = false;
    assertThat(client.mountBlob("r", Digest.of(random(1)), "other")).isFalse();
  }

  @Test
  void malformedNamesAreNeverSent() {
    assertThatThrownBy(() -> client.tags("../x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.manifest("r", "a/b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(registry.requests).isEmpty();
  }
}
