package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EngineIT {
  private static final String SECRET = "correct-horse-battery-staple";
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
  void aScriptRunsByItsFirstLine() throws Exception {
    build(
        "tag=script:1",
        """
        FROM busybox:1
        RUN <<EOF
        #!/bin/busybox sh
        echo "by $0" > /said
        EOF
        """);
    assertThat(host.registry.content("script:1", "said")).startsWith("by /dev/pipes/");
  }

  @Test
  void aCacheMountIsFoundAsTheLastBuildLeftIt() throws Exception {
    String before = "FROM busybox:1\nRUN --mount=type=cache,target=/c,id=kept echo one > /c/f\n";
    build("tag=mounted:1", before);
    build(
        "tag=mounted:2",
        "FROM busybox:1\nRUN --mount=type=cache,target=/c,id=kept cp /c/f /found\n");
    assertThat(host.registry.content("mounted:2", "found").strip()).isEqualTo("one");
  }

  @Test
  void whatIsMountedIsNotInTheLayer() throws Exception {
    build(
        "tag=clear:1",
        """
        FROM busybox:1
        RUN --mount=type=cache,target=/root/.cache/a --mount=type=tmpfs,target=/t \\
            --mount=type=bind,target=/src touch /root/.cache/a/x /t/y && cat /src/in > /out
        """,
        "in",
        "in");
    List<String> files = host.registry.files("clear:1");
    assertThat(files.subList(files.indexOf("out"), files.size())).containsExactly("out");
    assertThat(files).doesNotContain("root/.cache/", "t/", "src/");
  }

  @Test
  void aChangedFileThatIsMountedIsNamed() throws Exception {
    String dockerfile =
        "FROM busybox:1\nRUN --mount=type=bind,source=dir,target=/src cat /src/in > /out\n";
    build("tag=named:1", dockerfile, "dir/in", "one", "other", "a");
    JsonNode build = build("tag=named:1", dockerfile, "dir/in", "two", "other", "b");
    assertThat(step(build, "RUN").path("cacheMiss").asText()).isEqualTo("file dir/in changed");
    assertThat(host.registry.content("named:1", "out")).isEqualTo("two");
  }

  @Test
  void whatIsWrittenToAStageThatIsMountedIsThrownAway() throws Exception {
    JsonNode build =
        build(
            "tag=thrown:1",
            """
            FROM busybox:1 AS a
            RUN echo a > /f
            FROM busybox:1
            RUN --mount=from=a,target=/a,rw echo b > /a/f
            RUN --mount=from=a,target=/a cp /a/f /f
            """);
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(host.registry.content("thrown:1", "f").strip()).isEqualTo("a");
  }

  @Test
  void aSecretIsSeenByItsStepAndNowhereElse() throws Exception {
    ObjectNode request =
        request(
            """
            FROM busybox:1
            RUN --mount=type=secret,id=word,required=true --mount=type=secret,id=word,env=WORD \\
                wc -c < /run/secrets/word > /length && test -n "$WORD" && cat /run/secrets/word
            """,
            "secret:1");
    request.withArrayProperty("secrets").add("word");
    request.withObjectProperty("secretValues").put("word", base64(SECRET));
    String build = submit(request);
    assertThat(host.ended(build).path("state").asText()).isEqualTo("succeeded");
    assertThat(host.registry.content("secret:1", "length").strip())
        .isEqualTo(Integer.toString(SECRET.length()));
    assertThat(host.log(build)).contains("***").doesNotContain(SECRET);
    assertThat(host.registry.config("secret:1").toString()).doesNotContain(SECRET);
    assertThat(host.get(build).toString()).doesNotContain(SECRET);
    assertThat(host.grep(SECRET)).isEmpty();
  }

  @Test
  void aSecretThatIsNeededAndMissingIsNamed() throws Exception {
    JsonNode build =
        host.build(
            "tag=needed:1",
            "FROM busybox:1\nRUN --mount=type=secret,id=absent,required=true true\n");
    assertThat(build.path("error").path("message").asText()).contains("absent");
    assertThat(build.path("error").path("line").asInt()).isEqualTo(2);
  }

  @Test
  void withoutANetworkThereIsOnlyLoopback() throws Exception {
    build("tag=alone:1", "FROM busybox:1\nRUN --network=none ls /sys/class/net > /links\n");
    assertThat(host.registry.content("alone:1", "links").strip()).isEqualTo("lo");
  }

  @Test
  void theNetworkOfTheHostNeedsPermission() throws Exception {
    JsonNode build = host.build("tag=host:1", "FROM busybox:1\nRUN --network=host true\n");
    assertThat(build.path("state").asText()).isEqualTo("failed");
    assertThat(build.path("error").path("line").asInt()).isEqualTo(2);
  }

  @Test
  void stagesThatNeedNotWaitForEachOtherRunSideBySide() throws Exception {
    String meet =
        "RUN --mount=type=cache,target=/c,id=meeting touch /c/%s; for i in $(seq 60); do"
            + " test -e /c/%s && exit 0; sleep 1; done; exit 1\n";
    JsonNode build =
        build(
            "tag=together:1&noCache=true",
            "FROM busybox:1 AS a\n"
                + meet.formatted("a", "b")
                + "FROM busybox:1 AS b\n"
                + meet.formatted("b", "a")
                + "FROM scratch\nCOPY --from=a /bin/sh /a\nCOPY --from=b /bin/sh /b\n");
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
  }

  @Test
  void theSameFromNothingIsTheSameImage() throws Exception {
    String dockerfile =
        "FROM busybox:1\nWORKDIR /w\nCOPY a .\nRUN echo x > /x; mkdir -p /d; touch /d/y\nENV A=b\n";
    Archive context = new Archive().file("Dockerfile", dockerfile).file("a", "a");
    JsonNode first = host.ended(host.submit("tag=same:1&noCache=true", context));
    JsonNode second = host.ended(host.submit("tag=same:2&noCache=true", context));
    assertThat(second.path("steps")).noneMatch(step -> step.path("cached").asBoolean());
    assertThat(second.path("imageDigest")).isEqualTo(first.path("imageDigest"));
  }

  @Test
  void nothingIsLaterThanTheEpochThatWasAskedFor() throws Exception {
    build(
        "tag=epoch:1&buildArg=SOURCE_DATE_EPOCH=86400",
        "FROM busybox:1\nRUN echo x > /x\nCOPY a /a\n",
        "a",
        "a");
    assertThat(host.registry.config("epoch:1").path("created").asText()).startsWith("1970-01-02");
    assertThat(host.registry.listing("epoch:1"))
        .anyMatch(line -> line.contains("1970-01-02") && line.endsWith(" x"));
  }

  @Test
  void aManifestTellsItsBaseAndWhatItWasAskedToTell() throws Exception {
    build("tag=told:1&annotation=org.example.a=b", "FROM busybox:1\nRUN true\n");
    JsonNode annotations = host.registry.manifest("told:1").path("annotations");
    assertThat(annotations.path("org.opencontainers.image.base.name").asText())
        .isEqualTo("busybox:1");
    assertThat(annotations.path("org.opencontainers.image.base.digest").asText())
        .isEqualTo(host.digest);
    assertThat(annotations.path("org.example.a").asText()).isEqualTo("b");
  }

  @Test
  void layersAreCompressedAsAsked() throws Exception {
    build("tag=zstd:1&compression=zstd", "FROM busybox:1\nRUN echo z > /z\n");
    assertThat(host.registry.manifest("zstd:1").path("layers").get(1).path("mediaType").asText())
        .endsWith("tar+zstd");
  }

  @Test
  void oneStageCanBeLeftOutOfTheCache() throws Exception {
    String dockerfile =
        "FROM busybox:1 AS a\nRUN echo a > /a\nFROM busybox:1\nRUN true\nCOPY --from=a /a /a\n";
    build("tag=filtered:1", dockerfile);
    JsonNode build = build("tag=filtered:1&noCacheFilter=a", dockerfile);
    assertThat(step(build, "RUN echo a").path("cached").asBoolean()).isFalse();
    assertThat(step(build, "RUN true").path("cached").asBoolean()).isTrue();
  }

  @Test
  void whatFollowsAChangeNamesIt() throws Exception {
    String dockerfile = "FROM busybox:1\nCOPY a /a\nRUN cat /a > /b\n";
    build("tag=follows:1", dockerfile, "a", "one");
    JsonNode build = build("tag=follows:1", dockerfile, "a", "two");
    assertThat(step(build, "RUN cat").path("cacheMiss").asText())
        .isEqualTo("follows step 2 (COPY a /a): file a changed");
  }

  @Test
  void whoWritesTooMuchIsStopped() throws Exception {
    JsonNode build =
        host.build(
            "tag=full:1&disk=4194304&timeoutSeconds=60",
            "FROM busybox:1\nRUN dd if=/dev/zero of=/big bs=1M count=64; sleep 60\n");
    assertThat(build.path("error").path("reason").asText()).isEqualTo("STORAGE_FULL");
  }

  @Test
  void whoTakesTooLongIsStopped() throws Exception {
    JsonNode build = host.build("tag=late:1&timeoutSeconds=2", "FROM busybox:1\nRUN sleep 600\n");
    assertThat(build.path("error").path("reason").asText()).isEqualTo("TIMEOUT");
  }

  @Test
  void severalTargetsAreSeveralImages() throws Exception {
    ObjectNode request =
        request(
            "FROM busybox:1 AS a\nRUN echo a > /a\nFROM busybox:1 AS b\nRUN echo b > /b\n",
            "second:1");
    request
        .withArrayProperty("targets")
        .addObject()
        .put("target", "a")
        .putArray("tags")
        .add("first:1");
    JsonNode build = host.ended(submit(request));
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    assertThat(host.registry.files("first:1")).contains("a").doesNotContain("b");
    assertThat(host.registry.files("second:1")).contains("b").doesNotContain("a");
  }

  @Test
  void aHostThatKnowsNothingIsWarmByTheCacheOfAnother() throws Exception {
    String dockerfile = "FROM busybox:1\nCOPY a /a\nRUN cat /a > /b\n";
    build("tag=shared:1&cacheTo=caches/shared:1", dockerfile, "a", "shared");
    host.forgetCache();
    JsonNode build = build("tag=shared:2&cacheFrom=caches/shared:1", dockerfile, "a", "shared");
    assertThat(build.path("steps")).as("%s", build).allMatch(s -> s.path("cached").asBoolean());
  }

  private static JsonNode build(String query, String dockerfile, String... files) throws Exception {
    JsonNode build = host.build(query, dockerfile, files);
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    return build;
  }

  private static ObjectNode request(String dockerfile, String tag) {
    ObjectNode request = new JsonMapper().createObjectNode();
    request.put("dockerfileText", dockerfile).putArray("tags").add(tag);
    return request;
  }

  private static String submit(ObjectNode request) throws Exception {
    ServiceProcess.Answer answer = host.service.post("/v1/builds", request.toString());
    assertThat(answer.status()).as("%s", answer.text()).isEqualTo(202);
    return answer.json().path("id").asText();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode step(JsonNode build, String instruction) {
    return StreamSupport.stream(build.path("steps").spliterator(), false)
        .filter(step -> step.path("instruction").asText().startsWith(instruction))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + instruction + " in " + build));
  }
}
