package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** skopeo, as Debian ships it, against our registry. */
class SkopeoST {
  private final Platform platform = Platform.shared();

  @TempDir Path folder;

  @Test
  void anImageCopiedOutAndInAgainKeepsItsDigest() throws IOException {
    JsonNode build =
        new Builds(platform)
            .succeed("skopeo:1", Map.of("Dockerfile", "FROM busybox:1\nENV A=b\nRUN echo 1 > /f"));

    copy("docker://" + platform.registry() + "/skopeo:1", "oci:" + folder.resolve("layout") + ":x");
    copy("oci:" + folder.resolve("layout") + ":x", "docker://" + platform.registry() + "/skopeo:2");

    assertThat(digest("skopeo:2")).isEqualTo(build.path("imageDigest").asText());
    assertThat(Files.readString(folder.resolve("layout/index.json")))
        .contains(build.path("imageDigest").asText());
  }

  private void copy(String from, String to) {
    platform
        .cli()
        .tool(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            from,
            to)
        .expectSuccess();
  }

  private String digest(String reference) {
    return platform
        .cli()
        .tool(
            "skopeo",
            "inspect",
            "--tls-verify=false",
            "--format",
            "{{.Digest}}",
            "docker://" + platform.registry() + "/" + reference)
        .expectSuccess()
        .stdout()
        .trim();
  }
}
