package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks: who finds and reaches whom. */
class NetworkST {
  private static final String SERVE =
      "mkdir /w; echo hi > /w/index.html; exec httpd -f -p 80 -h /w";

  private static Platform platform;
  private static Runs runs;

  @BeforeAll
  static void up() {
    platform = Platform.start("network");
    platform.ensureBaseImage();
    runs = new Runs(platform);
    create("{\"name\":\"front\"}");
    create("{\"name\":\"back\"}");
  }

  @AfterAll
  static void down() {
    platform.close();
  }

  @Test
  void namesResolveWhileTheRunServiceIsDead() {
    String server = start(SERVE, "\"networks\":[{\"name\":\"front\",\"aliases\":[\"web\"]}]");
    String client =
        start(
            "while true; do wget -qO- http://web/ && date +%s%N; sleep 0.2; done",
            "\"network\":\"front\"");
    awaitLog(client, "hi");
    String names = namesPid();

    platform.kill9("run-service");
    platform.awaitReady("run-service");

    assertThat(namesPid()).isEqualTo(names);
    long before = lines(client);
    Await.until(
        "further answers by name", Duration.ofSeconds(60), () -> lines(client) > before + 5);
    runs.remove(client);
    runs.remove(server);
  }

  @Test
  void networksDoNotSeeEachOtherButTheirPublishedPorts() {
    String server = start(SERVE, "\"network\":\"back\"", "\"publish\":[\"0.0.0.0::80\"]");
    JsonNode started = runs.get(server);
    String address = started.path("address").asText();
    int port = started.at("/ports/0/hostPort").asInt();
    String script =
        ("until wget -qO- http://$(ip route | sed -n 's/default via \\([^ ]*\\).*/\\1/p'):%d/;"
                + " do sleep 0.1; done; wget -T 2 -qO- http://%s/ && exit 8; exit 0")
            .formatted(port, address);
    String stranger = runs.start(Runs.shell(script, "\"network\":\"front\""));
    assertThat(runs.awaitExit(stranger).path("code").asInt()).isZero();
    runs.remove(stranger);
    runs.remove(server);
  }

  @Test
  void rangesArePublishedAndConflictsNameWhoHasThePort() {
    String run =
        start(
            "mkdir /w; echo hi > /w/index.html; httpd -p 5001 -h /w; exec httpd -f -p 5002 -h /w",
            "\"publish\":[\"5001-5002\",\"5001-5002/udp\"]");
    JsonNode ports = runs.get(run).path("ports");
    assertThat(ports).hasSize(4);
    for (int i = 0; i < 2; i++) {
      String url = "http://127.0.0.1:" + ports.get(i).path("hostPort").asInt() + "/";
      Await.until("an answer of " + url, Duration.ofSeconds(60), () -> answers(url));
    }
    String second =
        runs.start(
            Runs.shell(
                "exit 0", "\"publish\":[\"%s:80\"]".formatted(ports.at("/0/hostPort").asText())));
    JsonNode rejected = runs.awaitExit(second);
    assertThat(rejected.toString()).contains("PORT_TAKEN").contains(run);
    runs.remove(run);
  }

  @Test
  void aNetworkWithRunsCannotBeRemoved() {
    String run = start("exec sleep 600", "\"network\":\"back\"");
    Http.Answer answer = Http.delete(platform.url("run-service") + "/v1/networks/back");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains(run);
    runs.remove(run);
  }

  private static boolean answers(String url) {
    try {
      return Http.get(url).status() == 200;
    } catch (UncheckedIOException e) {
      return false; // refused, until it listens
    }
  }

  private static void create(String body) {
    Http.Answer answer =
        Http.post(
            platform.url("run-service") + "/v1/networks",
            "application/json",
            body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  private static String start(String script, String... fields) {
    String run = runs.start(Runs.shell(script, fields));
    runs.awaitState(run, "running");
    return run;
  }

  private static void awaitLog(String run, String text) {
    Await.until(text + " in the log", Duration.ofSeconds(60), () -> log(run).contains(text));
  }

  private static long lines(String run) {
    return log(run).lines().count();
  }

  private static String log(String run) {
    return runs.log(run);
  }

  /** The name server of this platform. */
  private static String namesPid() {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .filter(
                        arguments ->
                            arguments.length == 2
                                && arguments[0].startsWith(platform.home().toString())
                                && arguments[0].endsWith("/names"))
                    .isPresent())
        .map(process -> Long.toString(process.pid()))
        .reduce((a, b) -> a + " " + b)
        .orElseThrow();
  }
}
