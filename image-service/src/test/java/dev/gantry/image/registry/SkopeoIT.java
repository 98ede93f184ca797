package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.descriptor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that is not ours, unmodified: Debian's skopeo. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class SkopeoIT {
  @TestHTTPResource("/")
  URI base;

  @TempDir private Path directory;
  private Path layout;
  private String digest;

  @BeforeEach
  void makeAnImage() throws IOException {
    layout = directory.resolve("in");
    byte[] tar = tar("hello.txt", "hello");
    byte[] large = new byte[8 * 1024 * 1024];
    new Random(3).nextBytes(large);
    byte[] second = tar("large", new String(large, StandardCharsets.ISO_8859_1));
    byte[] config =
        bytes(
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[\""
                + Digest.of(tar)
                + "\",\""
                + Digest.of(second)
                + "\"]}}");
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.OCI_MANIFEST
                + "\",\"config\":"
                + stored(MediaTypes.OCI_CONFIG, config)
                + ",\"layers\":["
                + stored(MediaTypes.OCI_LAYER_GZIP, gzip(tar))
                + ","
                + stored(MediaTypes.OCI_LAYER_GZIP, gzip(second))
                + "]}");
    String descriptor = stored(MediaTypes.OCI_MANIFEST, manifest);
    digest = Digest.of(manifest).toString();
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        layout.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":["
            + descriptor.replace(
                "\"size\"",
                "\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\"},\"size\"")
            + "]}");
  }

  @Test
  void anImageGoesInAndComesOutTheSame() throws Exception {
    skopeo("copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", image("skopeo/oci:v1"));
    Path out = directory.resolve("out");
    skopeo("copy", "--src-tls-verify=false", image("skopeo/oci:v1"), "oci:" + out + ":v1");

    var manifests = new JsonMapper().readTree(out.resolve("index.json").toFile()).path("manifests");
    assertThat(manifests.path(0).path("digest").asText()).isEqualTo(digest);
    assertThat(files(out.resolve("blobs/sha256"))).isEqualTo(files(layout.resolve("blobs/sha256")));
  }

  @Test
  void aSecondPushFindsEverythingThere() throws Exception {
    skopeo("copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", image("skopeo/again:v1"));
    skopeo("copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", image("skopeo/again:v2"));
    String output = skopeo("list-tags", "--tls-verify=false", image("skopeo/again"));
    assertThat(new JsonMapper().readTree(output).path("Tags").toString())
        .isEqualTo("[\"v1\",\"v2\"]");
  }

  @Test
  void theImageIsInspected() throws Exception {
    skopeo("copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", image("skopeo/look:v1"));
    String output = skopeo("inspect", "--tls-verify=false", image("skopeo/look:v1"));
    assertThat(new JsonMapper().readTree(output).path("Digest").asText()).isEqualTo(digest);
  }

  @Test
  void aDockerArchiveGoesInAndOut() throws Exception {
    Path archive = directory.resolve("in.tar");
    skopeo("copy", "oci:" + layout + ":v1", "docker-archive:" + archive + ":a:v1");
    skopeo("copy", "--dest-tls-verify=false", "docker-archive:" + archive, image("skopeo/tar:v1"));
    Path out = directory.resolve("out.tar");
    skopeo(
        "copy",
        "--src-tls-verify=false",
        image("skopeo/tar:v1"),
        "docker-archive:" + out + ":a:v1");
    assertThat(skopeo("inspect", "--raw", "docker-archive:" + out))
        .isEqualTo(skopeo("inspect", "--raw", "docker-archive:" + archive));
  }

  @Test
  void anImageIsCopiedBetweenRepositoriesAndDeleted() throws Exception {
    skopeo("copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", image("skopeo/from:v1"));
    skopeo(
        "copy",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        image("skopeo/from:v1"),
        image("skopeo/to:v1"));
    skopeo("delete", "--tls-verify=false", image("skopeo/from:v1"));
    Registry registry = new Registry(base);
    assertThat(registry.call("HEAD", "/v2/skopeo/from/manifests/v1", null).statusCode())
        .isEqualTo(404);
    assertThat(registry.call("HEAD", "/v2/skopeo/to/manifests/v1", null).statusCode())
        .isEqualTo(200);
  }

  private String image(String name) {
    return "docker://" + base.getHost() + ":" + base.getPort() + "/" + name;
  }

  private String skopeo(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, "skopeo", ".out");
    Path errors = Files.createTempFile(directory, "skopeo", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("skopeo ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readString(output);
  }

  private String stored(String mediaType, byte[] content) throws IOException {
    Digest named = Digest.of(content);
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.write(blobs.resolve(named.hex()), content);
    return descriptor(mediaType, named.toString(), content.length);
  }

  private static List<String> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] tar(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      byte[] body = content.getBytes(StandardCharsets.UTF_8);
      entry.setSize(body.length);
      tar.putArchiveEntry(entry);
      tar.write(body);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }
}
