package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds over REST as a team would submit them: a tar in, a build to follow out. */
record Builds(Platform platform) {

  /** Submits a context and returns the build's id. */
  String submit(String tag, Map<String, String> files, String... headers) {
    return submit(tag, tar(files), headers);
  }

  private String submit(String tag, byte[] context, String... headers) {
    Http.Answer answer =
        Http.post(
            platform.url("build-service") + "/v1/builds?tag=" + encode(tag),
            "application/x-tar",
            context,
            headers);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    String id = answer.json().path("id").asText();
    assertThat(answer.location()).endsWith("/v1/builds/" + id);
    return id;
  }

  /** Waits for the end of a build, whichever it is. */
  JsonNode await(String id) {
    return Await.value(
        "the end of build " + id,
        Duration.ofSeconds(180),
        () -> {
          JsonNode build = get(id);
          return List.of("succeeded", "failed", "cancelled").contains(state(build))
              ? Optional.of(build)
              : Optional.empty();
        });
  }

  JsonNode build(String tag, Map<String, String> files) {
    return await(submit(tag, files));
  }

  JsonNode succeed(String tag, Map<String, String> files) {
    return succeeded(build(tag, files));
  }

  /** Builds what is in a directory. */
  JsonNode succeed(String tag, Path directory) {
    return succeeded(await(submit(tag, tar(directory))));
  }

  private JsonNode succeeded(JsonNode build) {
    assertThat(state(build))
        .as(build + "\n" + log(build.path("id").asText()))
        .isEqualTo("succeeded");
    return build;
  }

  JsonNode get(String id) {
    return Http.get(platform.url("build-service") + "/v1/builds/" + id).json();
  }

  String log(String id) {
    return Http.get(platform.url("build-service") + "/v1/builds/" + id + "/logs").body();
  }

  static String state(JsonNode build) {
    return build.path("state").asText();
  }

  /** A tar of the named files, made by the system's own tar. */
  static byte[] tar(Map<String, String> files) {
    try {
      Path folder = Files.createTempDirectory("gantry-st");
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      byte[] bytes = tar(folder);
      Cli.execute(Map.of(), Duration.ofSeconds(10), List.of("rm", "-r", folder.toString()));
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] tar(Path directory) {
    try {
      Process tar =
          new ProcessBuilder("tar", "-C", directory.toString(), "-cf", "-", ".")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      byte[] bytes = tar.getInputStream().readAllBytes();
      assertThat(tar.waitFor()).isZero();
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
