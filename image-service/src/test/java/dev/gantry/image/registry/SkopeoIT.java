package dev.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    OciLayout made = OciLayout.make(directory.resolve("in"));
    layout = made.path();
    digest = made.digest();
  }

  @Test
  void anImageGoesInAndComesOutTheSame() throws Exception {
    push("skopeo/oci:v1");
    Path out = directory.resolve("out");
    skopeo(
        "copy",
        "--preserve-digests",
        "--src-tls-verify=false",
        image("skopeo/oci:v1"),
        "oci:" + out + ":v1");

    var manifests = new JsonMapper().readTree(out.resolve("index.json").toFile()).path("manifests");
    assertThat(manifests.path(0).path("digest").asText()).isEqualTo(digest);
    assertThat(files(out.resolve("blobs/sha256"))).isEqualTo(files(layout.resolve("blobs/sha256")));
  }

  /** As it is: left to itself, skopeo takes another archive of a layer that it has seen here. */
  private void push(String name) throws Exception {
    skopeo(
        "copy",
        "--preserve-digests",
        "--dest-tls-verify=false",
        "oci:" + layout + ":v1",
        image(name));
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
    push("skopeo/look:v1");
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
    return new Command(directory).run(command);
  }

  private static List<String> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
