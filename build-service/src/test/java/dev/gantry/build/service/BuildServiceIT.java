package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BuildServiceIT {
  private static final String MULTI_STAGE =
      """
      # syntax=docker/dockerfile:1
      ARG BASE=busybox:1
      FROM ${BASE} AS page
      ARG GREETING="Hello"
      WORKDIR /src
      COPY message.txt ./
      RUN echo "$GREETING: $(cat message.txt)" > page.html

      FROM ${BASE}
      ENV PORT=8080
      LABEL title="hello"
      WORKDIR /www
      COPY --chmod=755 serve.sh /usr/bin/serve
      COPY --from=page /src/page.html ./
      EXPOSE 8080
      CMD ["serve"]
      """;

  private static TestHost host;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @Test
  void aMultiStageBuildMakesAnImage() throws Exception {
    JsonNode build = multiStage("multi:1", "world", "");
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(host.registry.content("multi:1", "www/page.html")).isEqualTo("Hello: world");
  }

  @Test
  void settingsBecomeTheConfig() throws Exception {
    multiStage("settings:1", "world", "");
    JsonNode config = host.registry.config("settings:1").path("config");
    assertThat(config.path("Cmd").get(0).asText()).isEqualTo("serve");
    assertThat(config.path("WorkingDir").asText()).isEqualTo("/www");
    assertThat(config.path("ExposedPorts").has("8080/tcp")).isTrue();
    assertThat(config.path("Labels").path("title").asText()).isEqualTo("hello");
    assertThat(config.path("Env").toString()).contains("PORT=8080");
  }

  @Test
  void theSameAgainComesFromTheCacheAndIsTheSameImage() throws Exception {
    JsonNode first = multiStage("again:1", "same", "");
    JsonNode second = multiStage("again:1", "same", "");
    assertThat(second.path("steps")).allMatch(step -> step.path("cached").asBoolean());
    assertThat(second.path("imageDigest")).isEqualTo(first.path("imageDigest"));
  }

  @Test
  void aMissSaysWhichFileChanged() throws Exception {
    multiStage("changed:1", "before", "");
    JsonNode build = multiStage("changed:1", "after", "");
    assertThat(step(build, "COPY message.txt").path("cacheMiss").asText())
        .isEqualTo("file message.txt changed");
  }

  @Test
  void aMissSaysWhichArgChanged() throws Exception {
    multiStage("arg:1", "args", "&buildArg=GREETING=One");
    JsonNode build = multiStage("arg:1", "args", "&buildArg=GREETING=Two");
    assertThat(step(build, "RUN echo").path("cacheMiss").asText())
        .isEqualTo("ARG GREETING One→Two");
  }

  @Test
  void stepsThatDoNotDependOnTheChangeStayCached() throws Exception {
    multiStage("kept:1", "one", "");
    JsonNode build = multiStage("kept:1", "two", "");
    assertThat(step(build, "COPY --chmod=755").path("cached").asBoolean()).isTrue();
  }

  @Test
  void stagesThatAreNotNeededAreSkipped() throws Exception {
    JsonNode build =
        host.build(
            "tag=skipped:1",
            """
            FROM busybox:1 AS broken
            RUN exit 1
            FROM busybox:1
            RUN true
            """);
    assertThat(build.path("steps")).hasSize(2);
  }

  @Test
  void aFailingRunNamesLineAndExitCode() throws Exception {
    JsonNode build =
        host.build("tag=failing:1", "FROM busybox:1\nRUN true\nRUN echo no >&2; exit 7\n");
    JsonNode error = build.path("error");
    assertThat(error.path("reason").asText()).isEqualTo("STEP_FAILED");
    assertThat(error.path("line").asInt()).isEqualTo(3);
    assertThat(error.path("exitCode").asInt()).isEqualTo(7);
  }

  @Test
  void outputOfStepsIsInTheLog() throws Exception {
    String build =
        host.submit("tag=logged:1", "FROM busybox:1\nRUN echo to-out; echo to-err >&2\n");
    host.ended(build);
    assertThat(host.log(build).lines()).contains("to-out", "to-err");
  }

  @Test
  void theLogCanBeFollowedFromALine() throws Exception {
    String build = host.submit("tag=followed:1", "FROM busybox:1\nRUN echo followed\n");
    String all = host.service.get("/v1/builds/" + build + "/logs?follow=true").text();
    assertThat(all).contains("\"line\":\"followed\"").contains("event: end");
  }

  @Test
  void anUnsupportedInstructionFailsBeforeAnythingRuns() throws Exception {
    JsonNode build =
        host.build("tag=unsupported:1", "FROM busybox:1\nRUN true\nRUN --security=insecure true\n");
    assertThat(build.path("error").path("reason").asText()).isEqualTo("UNSUPPORTED_INSTRUCTION");
    assertThat(build.path("error").path("line").asInt()).isEqualTo(3);
    assertThat(build.path("error").path("instruction").asText()).isEqualTo("RUN");
    assertThat(build.path("steps")).isEmpty();
  }

  @Test
  void linksInTheContextLeadNowhereElse() throws Exception {
    Archive archive =
        new Archive()
            .file("Dockerfile", "FROM scratch\nCOPY out /copied\n")
            .symlink("out", "../../../../etc/passwd");
    JsonNode build = host.ended(host.submit("tag=links:1", archive));
    assertThat(build.path("error").path("message").asText()).contains("not found");
  }

  @Test
  void aContextThatLeadsOutIsRefused() throws Exception {
    Archive archive = new Archive().file("Dockerfile", "FROM scratch\n").file("../../evil", "evil");
    JsonNode build = host.ended(host.submit("tag=evil:1", archive));
    assertThat(build.path("error").path("reason").asText()).isEqualTo("CONTEXT_INVALID");
  }

  @Test
  void linksInTheImageDoNotLeadACopyToTheHost() throws Exception {
    JsonNode build =
        host.build(
            "tag=inside:1",
            """
            FROM busybox:1
            RUN mkdir -p /var/tmp && busybox ln -s /var/tmp /out
            COPY file /out/gantry-escaped
            """,
            "file",
            "inside");
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(java.nio.file.Path.of("/var/tmp/gantry-escaped")).doesNotExist();
    assertThat(host.registry.content("inside:1", "var/tmp/gantry-escaped")).isEqualTo("inside");
  }

  @Test
  void ignoredFilesAreNotCopied() throws Exception {
    JsonNode build =
        host.build(
            "tag=ignored:1",
            "FROM scratch\nCOPY . /\n",
            ".dockerignore",
            "*.txt\n!keep.txt\n",
            "drop.txt",
            "drop",
            "keep.txt",
            "keep");
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(host.registry.files("ignored:1")).contains("keep.txt").doesNotContain("drop.txt");
  }

  @Test
  void copiedFilesBelongToRootUnlessSaidOtherwise() throws Exception {
    host.build(
        "tag=owners:1", "FROM scratch\nCOPY a /a\nCOPY --chown=7:8 --chmod=4711 a /b\n", "a", "a");
    assertThat(host.registry.listing("owners:1"))
        .anyMatch(line -> line.startsWith("-rw-r--r-- 0/0") && line.endsWith(" a"))
        .anyMatch(line -> line.startsWith("-rws--x--x 7/8") && line.endsWith(" b"));
  }

  @Test
  void removedFilesAreWhiteouts() throws Exception {
    JsonNode build = host.build("tag=removed:1", "FROM busybox:1\nRUN rm /etc/group\n");
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(host.registry.files("removed:1")).contains("etc/.wh.group");
  }

  @Test
  void aLayerHoldsNothingButTheStepsChanges() throws Exception {
    host.build("tag=clean:1", "FROM busybox:1\nRUN echo x > /x\n");
    List<String> files = host.registry.files("clean:1");
    assertThat(files.subList(files.indexOf("x"), files.size())).containsExactly("x");
  }

  @Test
  void aRunningBuildIsCancelledAndLeavesNothing() throws Exception {
    String build = host.submit("tag=cancelled:1", "FROM busybox:1\nRUN sleep 600\n");
    Await.until("the step", () -> host.log(build).contains("RUN sleep"));
    assertThat(host.service.post("/v1/builds/" + build + "/cancel", "").status()).isEqualTo(202);
    assertThat(host.ended(build).path("state").asText()).isEqualTo("cancelled");
    Await.until("removal", () -> host.directoryListing("state/sandboxes").isEmpty());
  }

  @Test
  void theSameRequestTwiceOverTheBusIsOneBuild() throws Exception {
    String first = host.submit("tag=context:1", "FROM scratch\nCOPY Dockerfile /\n");
    host.bus.await(first, "succeeded");
    String request = UUID.randomUUID().toString();
    String spec = host.bus.events(first).getFirst().path("data").path("context").toString();
    String data = "{\"context\":" + spec + ",\"tags\":[\"bus:1\"]}";
    for (int i = 0; i < 3; i++) {
      host.bus.send(i, Bus.request(request, "dev.gantry.build.requested.v1", data));
    }
    String build = TestHost.build(request);
    host.bus.await(build, "succeeded");
    assertThat(host.bus.verbs(build)).containsOnlyOnce("queued", "started", "succeeded");
  }

  @Test
  void aRequestThatCannotBeHonouredIsAnsweredByAFact() throws Exception {
    String request = UUID.randomUUID().toString();
    host.bus.send(Bus.request(request, "dev.gantry.build.requested.v1", "{\"surprise\":1}"));
    JsonNode failed = host.bus.await(TestHost.build(request), "failed");
    assertThat(failed.path("data").path("message").asText()).contains("context");
  }

  @Test
  void poisonGoesToTheDeadLetters() throws Exception {
    host.bus.send("poison");
    Await.until("dead letter", () -> host.bus.deadLetter("poison").isPresent());
  }

  @Test
  void sequencesAreContiguousAndTheEndIsOne() throws Exception {
    String build = host.submit("tag=facts:1", "FROM busybox:1\nENV A=b\nRUN true\n");
    host.bus.await(build, "succeeded");
    List<JsonNode> events = host.bus.events(build);
    assertThat(events.stream().map(event -> event.path("sequence").asText()))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, events.size()).mapToObj(Integer::toString).toList());
  }

  @Test
  void theSameKeyMeansTheSameBuild() throws Exception {
    byte[] body = new Archive().file("Dockerfile", "FROM scratch\n").bytes();
    String key = UUID.randomUUID().toString();
    String first = id(host.service.upload("/v1/builds?tag=k:1", body, "Idempotency-Key", key));
    String second = id(host.service.upload("/v1/builds?tag=k:1", body, "Idempotency-Key", key));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void whatIsNoArchiveIsRefusedAtOnce() throws Exception {
    ServiceProcess.Answer answer = host.service.upload("/v1/builds?tag=x:1", new byte[] {1, 2, 3});
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("code").asText()).isEqualTo("CONTEXT_INVALID");
  }

  @Test
  void aBadTagIsRefusedByName() throws Exception {
    ServiceProcess.Answer answer = host.service.upload("/v1/builds?tag=UPPER", new byte[1024]);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("field").asText()).startsWith("tags");
  }

  @Test
  void anUnknownBuildIsNotFound() throws Exception {
    assertThat(host.service.get("/v1/builds/abcdef123456").status()).isEqualTo(404);
  }

  private static String id(ServiceProcess.Answer answer) {
    return answer.json().path("id").asText();
  }

  private static JsonNode multiStage(String tag, String message, String more) throws Exception {
    return host.build(
        "tag=" + tag + more,
        MULTI_STAGE,
        "message.txt",
        message,
        "serve.sh",
        "#!/bin/sh\nexit 0\n");
  }

  private static JsonNode step(JsonNode build, String instruction) {
    for (JsonNode step : build.path("steps")) {
      if (step.path("instruction").asText().startsWith(instruction)) {
        return step;
      }
    }
    throw new AssertionError("no step " + instruction + " in " + build);
  }
}
