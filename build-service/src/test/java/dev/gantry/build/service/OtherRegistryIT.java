package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images that go to registries beside the platform's. */
class OtherRegistryIT {
  private static final String PASSWORD = "planted-" + UUID.randomUUID();
  private static final String DOCKERFILE = "FROM busybox:1\nRUN echo there > /there\n";

  private static TestHost host;
  private static TestRegistry other;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
    other = new TestRegistry("ci", PASSWORD);
    Path file = host.directory.resolve("state/registries.json");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        file,
        """
        {"%s": {"plainHttp": true, "credentials": {
          "ci-bot": {"username": "ci", "password": "%s"},
          "guest": {"username": "ci", "password": "wrong"}}}}"""
            .formatted(other.name(), PASSWORD));
  }

  @AfterAll
  static void stop() throws Exception {
    other.close();
    host.close();
  }

  private static String tag(String name) {
    return other.name() + "/" + name;
  }

  private static JsonNode error(String query) throws Exception {
    JsonNode build = host.build(query, DOCKERFILE);
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("failed");
    return build.path("error");
  }

  @Test
  void anImageIsPushedThereWithCredentialsThatTheRequestNames() throws Exception {
    JsonNode build = host.build("tag=" + tag("app:1") + "&credentials=ci-bot", DOCKERFILE);
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(other.content("app:1", "there")).isEqualTo("there");
  }

  @Test
  void anImageGoesHereAndThere() throws Exception {
    host.build("tag=both:1&tag=" + tag("both:1") + "&credentials=ci-bot", DOCKERFILE);
    assertThat(other.manifest("both:1")).isEqualTo(host.registry.manifest("both:1"));
  }

  @Test
  void thePasswordIsInNoFileRowOrLog() throws Exception {
    JsonNode build = host.build("tag=" + tag("app:2") + "&credentials=ci-bot", DOCKERFILE);
    assertThat(build.toString() + host.log(build.path("id").asText())).doesNotContain(PASSWORD);
    assertThat(host.grep(PASSWORD).strip()).endsWith("state/registries.json");
  }

  @Test
  void aPasswordThatTheRegistryRefusesFailsTheBuildWithItsAnswer() throws Exception {
    JsonNode error = error("tag=" + tag("app:3") + "&credentials=guest");
    assertThat(error.path("reason").asText()).isEqualTo("PUSH_FAILED");
    assertThat(error.path("message").asText()).contains(other.name(), "401");
  }

  @Test
  void credentialsThatNobodyKnowsFailTheBuildBeforeItsSteps() throws Exception {
    JsonNode build = host.build("tag=" + tag("app:4") + "&credentials=nobody", DOCKERFILE);
    assertThat(build.at("/error/message").asText()).contains("no credentials nobody");
    assertThat(host.log(build.path("id").asText())).doesNotContain("RUN");
  }

  @Test
  void aRegistryThatTheOperatorDoesNotNameIsRefused() throws Exception {
    JsonNode error = error("tag=registry.example:5000/app:1");
    assertThat(error.path("message").asText()).contains("not pushed to registry.example:5000");
  }
}
