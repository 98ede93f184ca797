package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The main job: a Dockerfile over REST, a message on the bus, a process, its life as events. */
class MainJobST {
  private static final String DOCKERFILE =
      """
      ARG BASE=busybox:1
      FROM ${BASE} AS page
      ARG GREETING=hello
      WORKDIR /site
      COPY name.txt .
      RUN echo "$GREETING from $(cat name.txt)" > index.html

      FROM busybox:1 AS unneeded
      RUN exit 9

      FROM ${BASE}
      ENV PORT=8080
      WORKDIR /www
      COPY --from=page /site/index.html .
      EXPOSE 8080
      CMD ["sh", "-c", "exec httpd -f -p $PORT -h /www"]
      """;

  private final Platform platform = Platform.shared();
  private final Builds builds = new Builds(platform);
  private final Bus bus = platform.bus();

  @Test
  void aDockerfileBecomesAProcessThatAnswersOnItsPublishedPort() {
    String tag = "main-job:" + UUID.randomUUID();
    builds.succeed(tag, Map.of("Dockerfile", DOCKERFILE, "name.txt", "the main job"));

    String run =
        bus.run(
            UUID.randomUUID().toString(),
            """
            {"image":"%s","publish":["0:8080"],"resources":{"memory":"64m"}}"""
                .formatted(tag));

    JsonNode started = bus.await(Bus.RUN_EVENTS, run, "started");
    int port = started.at("/data/ports/0/hostPort").asInt();
    Await.until(
        "an answer on port " + port,
        Duration.ofSeconds(20),
        () ->
            Http.get("http://127.0.0.1:" + port + "/").body().equals("hello from the main job\n"));
    new Runs(platform).remove(run);
    bus.await(Bus.RUN_EVENTS, run, "removed");
    assertThat(bus.verbs(Bus.RUN_EVENTS, run))
        .filteredOn(verb -> !verb.equals("pulling"))
        .containsExactly(
            "accepted", "placed", "created", "started", "exited", "stopped", "removed");
    bus.assertContiguous(Bus.RUN_EVENTS, run);
  }

  @Test
  void anUnneededStageIsNotBuilt() {
    String tag = "unneeded:" + UUID.randomUUID();

    JsonNode build = builds.succeed(tag, Map.of("Dockerfile", DOCKERFILE, "name.txt", "unneeded"));

    assertThat(build.path("steps").findValuesAsText("stage")).doesNotContain("unneeded");
  }

  @Test
  void aSecondBuildOfTheSameContextComesFromTheCacheWithTheSameDigest() {
    Map<String, String> files =
        Map.of("Dockerfile", DOCKERFILE, "name.txt", UUID.randomUUID().toString());
    JsonNode first = builds.succeed("cached:1", files);

    JsonNode second = builds.succeed("cached:2", files);

    assertThat(second.path("imageDigest").asText()).isEqualTo(first.path("imageDigest").asText());
    assertThat(uncached(second)).isEmpty();
  }

  @Test
  void aChangedFileRebuildsOnlyWhatDependsOnIt() {
    String seed = UUID.randomUUID().toString();
    builds.succeed("changed:1", Map.of("Dockerfile", DOCKERFILE, "name.txt", seed));

    JsonNode second =
        builds.succeed("changed:2", Map.of("Dockerfile", DOCKERFILE, "name.txt", seed + "!"));

    assertThat(uncached(second)).isNotEmpty().noneMatch(step -> step.startsWith("WORKDIR"));
  }

  @Test
  void everyStepOfABuildIsAnEventAndTheLastSaysTheDigest() {
    String id =
        builds.submit(
            "events:1", Map.of("Dockerfile", DOCKERFILE, "name.txt", UUID.randomUUID().toString()));

    JsonNode succeeded = bus.await(Bus.BUILD_EVENTS, id, "succeeded");

    List<String> verbs = bus.verbs(Bus.BUILD_EVENTS, id);
    assertThat(verbs).startsWith("queued", "started", "step-started").endsWith("succeeded");
    bus.assertContiguous(Bus.BUILD_EVENTS, id);
    assertThat(succeeded.at("/data/imageDigest").asText())
        .isEqualTo(builds.await(id).path("imageDigest").asText());
  }

  @Test
  void aPushedImageIsAnEventOfItsRepository() {
    String repository = "pushed-" + UUID.randomUUID();
    JsonNode build =
        builds.succeed(repository + ":1", Map.of("Dockerfile", DOCKERFILE, "name.txt", repository));

    JsonNode tagged = bus.await(Bus.IMAGE_EVENTS, repository, "tagged");

    assertThat(tagged.at("/data/digest").asText()).isEqualTo(build.path("imageDigest").asText());
    assertThat(bus.verbs(Bus.IMAGE_EVENTS, repository)).containsExactly("pushed", "tagged");
  }

  @Test
  void theBuildsLogHoldsWhatItsStepsPrinted() {
    String word = UUID.randomUUID().toString();
    JsonNode build =
        builds.succeed("log:1", Map.of("Dockerfile", "FROM busybox:1\nRUN echo said-" + word));

    assertThat(builds.log(build.path("id").asText())).contains("said-" + word);
  }

  @Test
  void aFailingStepNamesItsLineAndExitCode() {
    JsonNode build =
        builds.build("fails:1", Map.of("Dockerfile", "FROM busybox:1\nUSER root\nRUN exit 7\n"));

    assertThat(build.path("state").asText()).isEqualTo("failed");
    assertThat(build.at("/error/line").asInt()).isEqualTo(3);
    JsonNode failed = bus.await(Bus.BUILD_EVENTS, build.path("id").asText(), "failed");
    assertThat(failed.at("/data/exitCode").asInt()).isEqualTo(7);
  }

  private static List<String> uncached(JsonNode build) {
    return Lists.of(build.path("steps")).stream()
        .filter(step -> !step.path("cached").asBoolean())
        .map(step -> step.path("instruction").asText())
        .filter(instruction -> !instruction.startsWith("FROM"))
        .toList();
  }
}
