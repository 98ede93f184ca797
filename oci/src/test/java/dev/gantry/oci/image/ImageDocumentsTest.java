package dev.gantry.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDocumentsTest {
  private static final String BLOB =
      "{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"size\":2,\"digest\":"
          + "\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"}";
  private static final Descriptor LAYER = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, new byte[] {1});

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aManifestKeepsItsBytes() throws InvalidImageException {
    byte[] bytes =
        json("{ \"zzz\": 1,\n \"config\":" + BLOB + ", \"layers\":[], \"schemaVersion\":2 }\n");
    assertThat(Manifest.parse(bytes, MediaTypes.DOCKER_MANIFEST).bytes()).isEqualTo(bytes);
  }

  @Test
  void aManifestThatDoesNotSayWhatItIsIsWhatItWasServedAs() throws InvalidImageException {
    byte[] bytes = json("{\"config\":" + BLOB + ",\"layers\":[" + BLOB + "]}");
    Manifest manifest = Manifest.parse(bytes, MediaTypes.DOCKER_MANIFEST);
    assertThat(manifest.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
    assertThat(((ImageManifest) manifest).layers()).hasSize(1);
  }

  @Test
  void anEmptyIndexIsAnIndex() throws InvalidImageException {
    assertThat(Manifest.parse(json("{\"manifests\":[]}"), "")).isInstanceOf(ImageIndex.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{}",
        "{} {}",
        "{\"config\":{}}",
        "{\"config\":[],\"layers\":[]}",
        "{\"config\":{\"mediaType\":\"a\",\"size\":-1,\"digest\":\"sha256:x\"}}",
        "{\"config\":{\"mediaType\":\"a\",\"size\":1e3,\"digest\":7}}",
        "{\"manifests\":[],\"layers\":[]}",
        "{\"manifests\":[1]}",
        "{\"manifests\":[],\"manifests\":[]}",
        "{\"mediaType\":\"text/html\",\"manifests\":[]}",
        "{\"mediaType\":7,\"manifests\":[]}",
      })
  void whatIsNoManifestIsRefused(String text) {
    assertThatThrownBy(() -> Manifest.parse(json(text), ""))
        .isInstanceOf(InvalidImageException.class);
  }

  @Test
  void aManifestServedAsSomethingElseIsRefused() {
    byte[] bytes = json("{\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[]}");
    assertThatThrownBy(() -> Manifest.parse(bytes, MediaTypes.OCI_MANIFEST))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("mediaType");
  }

  @Test
  void aMadeManifestIsReadAgain() throws InvalidImageException {
    Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, new byte[0]);
    ImageManifest made =
        ImageManifest.of(config, List.of(LAYER, LAYER), Map.of("b", "2", "a", "1"));
    ImageManifest read = (ImageManifest) Manifest.parse(made.bytes(), MediaTypes.OCI_MANIFEST);
    assertThat(read.layers()).containsExactly(LAYER, LAYER);
    assertThat(read.annotations()).isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void anIndexSelectsByPlatformAndVariant() {
    Platform armV7 = Platform.parse("linux/arm/v7");
    Descriptor first = Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {1});
    Descriptor second = Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {2});
    ImageIndex index =
        ImageIndex.of(
            List.of(
                new ImageIndex.Entry(first, Optional.of(Platform.parse("linux/arm/v6"))),
                new ImageIndex.Entry(second, Optional.of(armV7))));
    assertThat(index.select(armV7)).hasValue(second);
    assertThat(index.select(Platform.parse("linux/arm"))).hasValue(first);
    assertThat(index.select(Platform.LINUX_AMD64)).isEmpty();
  }

  @Test
  void aConfigIsUnderstood() throws InvalidImageException {
    ImageConfig config =
        ImageConfig.parse(
            json(
                "{\"os\":\"linux\",\"architecture\":\"amd64\","
                    + "\"created\":\"2024-01-02T03:04:05.6+01:00\","
                    + "\"config\":{\"User\":\"app\",\"Env\":[\"A=1\"],\"Cmd\":null,"
                    + "\"ExposedPorts\":{\"80/tcp\":{}},\"Labels\":{\"k\":\"v\"}}}"));
    assertThat(config.created()).hasValue(Instant.parse("2024-01-02T02:04:05.6Z"));
    assertThat(config.container().user()).isEqualTo("app");
    assertThat(config.container().exposedPorts()).containsExactly("80/tcp");
    assertThat(config.container().cmd()).isEmpty();
    assertThat(config.diffIds()).isEmpty();
  }

  @Test
  void anEditKeepsWhatItDoesNotKnow() throws InvalidImageException {
    ImageConfig base =
        ImageConfig.parse(
            json(
                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"docker_version\":\"1\","
                    + "\"config\":{\"Healthcheck\":{\"Test\":[\"NONE\"]},\"User\":\"x\"}}"));
    ImageConfig edited = base.edit().container(ContainerConfig.EMPTY).build();
    assertThat(new String(edited.bytes(), StandardCharsets.UTF_8))
        .contains("\"docker_version\":\"1\"", "\"Healthcheck\":{\"Test\":[\"NONE\"]}")
        .doesNotContain("User");
  }

  @Test
  void anEditLeavesTheOldConfigAsItWas() {
    ImageConfig base = ImageConfig.create(Platform.LINUX_AMD64).build();
    Digest before = base.digest();
    base.edit().created(Instant.EPOCH).build();
    assertThat(base.digest()).isEqualTo(before);
  }

  @Test
  void layersAndHistoryGrowTogether() {
    HistoryEntry how = new HistoryEntry(Optional.of(Instant.EPOCH), "COPY . .", "", false);
    HistoryEntry env = new HistoryEntry(Optional.empty(), "ENV A=1", "", true);
    ImageConfig config =
        ImageConfig.create(Platform.LINUX_AMD64).layer(LAYER.digest(), how).history(env).build();
    assertThat(config.diffIds()).containsExactly(LAYER.digest());
    assertThat(config.history()).containsExactly(how, env);
  }

  @Test
  void theSameEditsMakeTheSameBytes() {
    ContainerConfig container =
        new ContainerConfig(
            "",
            List.of("B=2", "A=1"),
            List.of(),
            List.of("sh"),
            "/",
            Map.of("z", "1", "a", "2", "m", "3"),
            List.of("80/tcp", "443/tcp"),
            List.of(),
            "",
            List.of(),
            List.of(),
            Optional.empty());
    ImageConfig one = ImageConfig.create(Platform.LINUX_AMD64).container(container).build();
    ImageConfig two = ImageConfig.create(Platform.LINUX_AMD64).container(container).build();
    assertThat(one.digest()).isEqualTo(two.digest());
    assertThat(one.container()).isNotEqualTo(ContainerConfig.EMPTY);
  }

  @Test
  void aConfigWithoutAPlatformIsRefused() {
    assertThatThrownBy(() -> ImageConfig.parse(json("{\"os\":\"linux\"}")))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("architecture");
  }
}
