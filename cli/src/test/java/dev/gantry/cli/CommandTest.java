package dev.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final String STARTED =
      """
      {"id":"%s","name":"web","state":"running","startedAt":"2025-01-01T00:00:00Z",
      "image":{"reference":"hello:1"},"createdAt":"2025-01-01T00:00:00Z",
      "ports":[{"hostIp":"127.0.0.1","hostPort":8088,"containerPort":80,"protocol":"tcp"}]}"""
          .formatted(ID);
  private static final String EXITED =
      """
      {"id":"%s","state":"exited","startedAt":"2025-01-01T00:00:00Z","exit":{"code":7}}"""
          .formatted(ID);

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private FakeService service;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void runSendsWhatItsFlagsSay() throws Exception {
    service.on("POST /v1/runs", 202, STARTED).on("GET /v1/runs/" + ID, 200, STARTED);

    execute(
        "run -d --name web -p 8088:80 -e A=b -e HOME_OF -m 64m --cpus 0.5 --pids-limit 10"
            + " --hostname h -u 1:2 -w /w --entrypoint /e -l k=v --network none --read-only"
            + " --stop-signal SIGINT --stop-timeout 3 --rm hello:1 serve -x");

    assertThat(json(service.asked().getFirst().body()))
        .isEqualTo(
            json(
                """
                {"image":"hello:1","name":"web","command":["serve","-x"],"entrypoint":["/e"],
                "env":{"A":"b","HOME_OF":"here"},"workdir":"/w","user":"1:2","hostname":"h",
                "labels":{"k":"v"},"resources":{"memory":"64m","cpus":0.5,"pids":10},
                "publish":["8088:80"],"network":"none","readOnlyRootfs":true,
                "stopSignal":"SIGINT","stopGraceSeconds":3,"removeOnExit":true}"""));
  }

  @Test
  void runSendsNothingThatWasNotSaid() throws Exception {
    service.on("POST /v1/runs", 202, STARTED).on("GET /v1/runs/" + ID, 200, STARTED);

    execute("run -d hello:1");

    assertThat(service.asked().getFirst().body()).isEqualTo("{\"image\":\"hello:1\"}");
  }

  @Test
  void aDetachedRunPrintsItsId() {
    service.on("POST /v1/runs", 202, STARTED).on("GET /v1/runs/" + ID, 200, STARTED);

    assertThat(execute("run -d hello:1")).isZero();

    assertThat(text(out)).isEqualTo(ID + "\n");
  }

  @Test
  void aRunInTheForegroundShowsItsOutputAndReturnsItsCode() {
    service
        .on("POST /v1/runs", 202, STARTED)
        .on("GET /v1/runs/" + ID, 200, STARTED)
        .on("GET /v1/runs/" + ID, 200, EXITED)
        .on("GET /v1/runs/" + ID + "/logs", 200, "text/plain", "hello\n");

    assertThat(execute("run hello:1")).isEqualTo(7);

    assertThat(text(out)).isEqualTo("hello\n");
  }

  @Test
  void aRejectedRunSaysWhyAndReturns125() {
    String rejected =
        """
        {"id":"%s","state":"rejected","error":{"reason":"IMAGE_NOT_FOUND","message":"no nope:1"}}"""
            .formatted(ID);
    service.on("POST /v1/runs", 202, STARTED).on("GET /v1/runs/" + ID, 200, rejected);

    assertThat(execute("run nope:1")).isEqualTo(125);

    assertThat(text(err)).isEqualTo("gantry: no nope:1 (IMAGE_NOT_FOUND)\n");
  }

  @Test
  void aRefusalIsOneLineNamingTheField() {
    service.on(
        "POST /v1/runs",
        400,
        "application/problem+json",
        """
        {"title":"Bad request","status":400,"detail":"must be at least 4 MiB",
        "code":"INVALID_FIELD","field":"resources.memory"}""");

    assertThat(execute("run -d -m 1 hello:1")).isEqualTo(1);

    assertThat(text(err))
        .isEqualTo("gantry: resources.memory: must be at least 4 MiB (INVALID_FIELD)\n");
  }

  @Test
  void psShowsStateAndPorts() {
    service.on("GET /v1/runs", 200, "{\"items\":[" + STARTED + "]}");

    execute("ps");

    assertThat(text(out))
        .contains("0123456789ab   web    hello:1   running")
        .contains("127.0.0.1:8088->80/tcp");
  }

  @Test
  void psReadsAllPages() {
    service
        .on("GET /v1/runs", 200, "{\"items\":[" + STARTED + "],\"next\":\"/v1/runs?cursor=2\"}")
        .on("GET /v1/runs", 200, "{\"items\":[" + STARTED + "]}");

    execute("ps -q");

    assertThat(text(out)).isEqualTo(ID + "\n" + ID + "\n");
  }

  @Test
  void stopAsksForTheGraceThatWasGiven() {
    service.on("POST /v1/runs/web/stop", 202, STARTED).on("GET /v1/runs/web", 200, EXITED);

    assertThat(execute("stop -t 3 web")).isZero();

    assertThat(service.lines()).contains("POST /v1/runs/web/stop?graceSeconds=3");
  }

  @Test
  void rmWaitsUntilTheRunIsGone() {
    service
        .on("GET /v1/runs/web", 200, EXITED)
        .on("DELETE /v1/runs/" + ID, 202, "")
        .on("GET /v1/runs/" + ID, 200, EXITED)
        .on("GET /v1/runs/" + ID, 404, "{\"title\":\"gone\"}");

    assertThat(execute("rm -f web")).isZero();

    assertThat(service.lines()).contains("DELETE /v1/runs/" + ID + "?force=true");
  }

  @Test
  void logsAskForWhatTheFlagsSay() {
    service.on("GET /v1/runs/web/logs", 200, "text/plain", "a\n");

    execute("logs -f -t --tail 5 web");

    assertThat(service.lines())
        .containsExactly("GET /v1/runs/web/logs?follow=true&timestamps=true&tail=5");
  }

  @Test
  void buildSendsTheContextAndFollowsTheLog() throws Exception {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    service
        .on("POST /v1/builds", 202, "{\"id\":\"" + ID + "\"}")
        .on("GET /v1/builds/" + ID + "/logs", 200, "text/event-stream", log("succeeded"));

    int status = execute("build -t a:1 -t b:2 --build-arg X=y --no-cache " + folder);

    assertThat(status).isZero();
    FakeService.Asked asked = service.asked().getFirst();
    assertThat(asked.line()).isEqualTo("POST /v1/builds");
    assertThat(asked.contentType()).startsWith("multipart/form-data; boundary=");
    assertThat(asked.body())
        .contains("FROM scratch")
        .contains(
            "{\"tags\":[\"a:1\",\"b:2\"],\"noCache\":true,"
                + "\"buildArgs\":{\"X\":\"y\"},\"dockerfile\":\"Dockerfile\"}");
    assertThat(text(out)).contains("#1 compiling").contains("a:1 is sha256:abc");
  }

  @Test
  void aFailedBuildNamesFileLineAndInstruction() throws Exception {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    service
        .on("POST /v1/builds", 202, "{\"id\":\"" + ID + "\"}")
        .on("GET /v1/builds/" + ID + "/logs", 200, "text/event-stream", log("failed"));

    assertThat(execute("build " + folder)).isEqualTo(1);

    assertThat(text(err))
        .isEqualTo("gantry: build failed: Dockerfile:3: RUN false: exit code 1 (STEP_FAILED)\n");
  }

  @Test
  void eventsOfARunAreAskedForByItsId() {
    service.on("GET /v1/runs/web", 200, STARTED).on("GET /v1/events.json", 200, "{\"items\":[]}");

    execute("events --run web --type run.exited");

    assertThat(service.lines().getLast())
        .contains("type=dev.gantry.run.exited.v1")
        .contains("subject=" + ID);
  }

  @Test
  void aServiceThatIsAwayIsNamed() {
    service.close();

    assertThat(execute("ps")).isEqualTo(1);

    assertThat(text(err)).contains("run-service does not answer at http://127.0.0.1:");
  }

  @Test
  void withoutAPlatformTheWayToGetOneIsNamed() {
    int status = commandLine(Map.of("GANTRY_HOME", folder.toString())).execute("ps");

    assertThat(status).isEqualTo(1);
    assertThat(text(err)).contains("gantry up");
  }

  @Test
  void statusOfNoPlatformIsDownAsJson() throws Exception {
    int status =
        commandLine(Map.of("GANTRY_HOME", folder.toString())).execute("status", "--format", "json");

    assertThat(status).isEqualTo(1);
    assertThat(json(text(out)).path("state").asText()).isEqualTo("down");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up", "down", "status", "demo", "build", "images", "import", "run", "ps", "logs", "stop",
        "rm", "gc", "scrub", "events", "test", "version"
      })
  void everyCommandHasHelp(String command) {
    assertThat(execute(command + " --help")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "run", "ps --nope", "stop", "logs", "import", "build"})
  void aWrongCallIsAUsageError(String command) {
    assertThat(execute(command)).isEqualTo(2);
  }

  private static String log(String state) {
    return """
        id: 1
        data: {"step":1,"line":"compiling"}

        event: end
        data: {"state":"%s","tags":["a:1"],"imageDigest":"sha256:abc","steps":[],"error":\
        {"file":"Dockerfile","line":3,"instruction":"RUN false","message":"exit code 1",\
        "reason":"STEP_FAILED"}}

        """
        .formatted(state);
  }

  private int execute(String command) {
    return commandLine(
            Map.of(
                "GANTRY_URL_RUN",
                service.url(),
                "GANTRY_URL_BUILD",
                service.url(),
                "GANTRY_URL_IMAGE",
                service.url(),
                "GANTRY_URL_DASHBOARD",
                service.url(),
                "HOME_OF",
                "here"))
        .execute(command.split(" "));
  }

  private CommandLine commandLine(Map<String, String> environment) {
    return Main.commandLine(
            new Gantry(
                folder,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
  }

  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
