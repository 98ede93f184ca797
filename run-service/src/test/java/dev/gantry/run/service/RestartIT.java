package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RestartIT {
  private static final String ALWAYS = "\"restart\":\"always\"";

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
  void onFailureRestartsAsOftenAsItSays() throws Exception {
    String run = host.start(id(), "exit 3", "\"restart\":\"on-failure:2\"");
    assertThat(host.bus.await(run, "exited").path("data").path("code").asInt()).isEqualTo(3);
    assertThat(count(run, "started")).isEqualTo(3);
    assertThat(count(run, "restarting")).isEqualTo(2);
  }

  @Test
  void aSuccessIsNotRestartedOnFailure() throws Exception {
    String run = host.start(id(), "exit 0", "\"restart\":\"on-failure\"");
    host.bus.await(run, "exited");
    assertThat(count(run, "restarting")).isZero();
  }

  @Test
  void thePausesDouble() throws Exception {
    String run = host.start(id(), "exit 3", "\"restart\":\"on-failure:3\"");
    host.bus.await(run, "exited");
    assertThat(of(run, "restarting").stream().map(e -> e.path("data").path("delayMillis").asInt()))
        .containsExactly(100, 200, 400);
  }

  @Test
  void whatARunHasWrittenItFindsAgain() throws Exception {
    String run =
        host.start(
            id(),
            "echo x >> /data; echo $(wc -l < /data); [ $(wc -l < /data) -ge 3 ]",
            "\"restart\":\"on-failure\"");
    host.bus.await(run, "exited");
    assertThat(host.service.get("/v1/runs/" + run + "/logs").text().lines())
        .containsExactly("1", "2", "3");
  }

  @Test
  void addressAndPortsStayTheSame() throws Exception {
    String run = host.start(id(), "exit 1", "\"restart\":\"on-failure:1\",\"publish\":[\"8080\"]");
    host.bus.await(run, "exited");
    List<JsonNode> starts = of(run, "started");
    assertThat(starts.get(1).path("data").path("ports"))
        .isEqualTo(starts.get(0).path("data").path("ports"));
    assertThat(starts.get(1).path("data").path("address"))
        .isEqualTo(starts.get(0).path("data").path("address"));
  }

  @Test
  void wantOfMemoryInOneAttemptIsNotHeldAgainstTheNext() throws Exception {
    String run =
        host.start(
            id(),
            "[ -f /once ] && exit 0; touch /once; dd if=/dev/zero of=/dev/null bs=64M count=1",
            "\"restart\":\"on-failure\",\"resources\":{\"memory\":\"16m\"}");
    JsonNode exited = host.bus.await(run, "exited").path("data");
    assertThat(of(run, "restarting").getFirst().path("data").path("oomKilled").asBoolean())
        .isTrue();
    assertThat(exited.path("oomKilled").asBoolean()).isFalse();
  }

  @Test
  void aManualStopBeatsAlways() throws Exception {
    String run = host.start(id(), "trap 'exit 0' TERM; while true; do sleep 0.1; done", ALWAYS);
    host.bus.await(run, "started");
    host.service.post("/v1/runs/" + run + "/stop", "");
    host.bus.await(run, "stopped");
    assertThat(count(run, "restarting")).isZero();
  }

  @Test
  void aManualKillBeatsAlways() throws Exception {
    String run = host.start(id(), "sleep 300", ALWAYS);
    host.bus.await(run, "started");
    host.service.post("/v1/runs/" + run + "/kill", "");
    assertThat(host.bus.await(run, "exited").path("data").path("code").asInt()).isEqualTo(137);
    assertThat(count(run, "restarting")).isZero();
  }

  @Test
  void aRunThatWaitsForItsNextStartCanBeStopped() throws Exception {
    String run = host.start(id(), "exit 3", ALWAYS);
    awaitDelay(run, 1600);
    host.service.post("/v1/runs/" + run + "/stop", "");
    JsonNode data = host.bus.await(run, "exited").path("data");
    assertThat(data.path("code").asInt()).isEqualTo(3);
    assertThat(data.path("reason").asText()).isEqualTo("STOPPED");
    host.bus.await(run, "stopped");
  }

  @Test
  void aRestartThatIsAskedForBeginsAtOnce() throws Exception {
    String run = host.start(id(), "trap 'exit 7' TERM; while true; do sleep 0.1; done");
    long before = host.bus.await(run, "started").path("data").path("pid").asLong();
    assertThat(host.service.post("/v1/runs/" + run + "/restart", "").status()).isEqualTo(202);
    Await.until("second start", () -> count(run, "started") == 2);
    JsonNode restarting = of(run, "restarting").getFirst().path("data");
    host.service.delete("/v1/runs/" + run + "?force=true");
    assertThat(restarting.path("reason").asText()).isEqualTo("RESTART_REQUESTED");
    assertThat(restarting.path("delayMillis").asInt()).isZero();
    assertThat(of(run, "started").get(1).path("data").path("pid").asLong()).isNotEqualTo(before);
  }

  @Test
  void aRestartOfARunThatIsOverIsRefused() throws Exception {
    String run = host.start(id(), "exit 0");
    host.bus.await(run, "exited");
    var answer = host.service.post("/v1/runs/" + run + "/restart", "");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("RUN_NOT_RUNNING");
  }

  @Test
  void aRunWhoseTimeToLiveIsOverIsStopped() throws Exception {
    String run = host.start(id(), "sleep 300", ALWAYS + ",\"ttlSeconds\":1,\"stopGraceSeconds\":0");
    assertThat(host.bus.await(run, "exited").path("data").path("reason").asText())
        .isEqualTo("TTL_EXPIRED");
  }

  @Test
  void aKilledServiceGoesOnWithThePauseWhereItWas() throws Exception {
    String run = host.start(id(), "exit 3", ALWAYS);
    awaitDelay(run, 3200);
    host.service.kill();
    host.service.start();
    awaitDelay(run, 6400);
    host.service.post("/v1/runs/" + run + "/stop", "");
    host.bus.await(run, "stopped");
    assertContiguous(run);
    List<Integer> restarts =
        of(run, "restarting").stream().map(e -> e.path("data").path("restarts").asInt()).toList();
    assertThat(restarts)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, restarts.size()).boxed().toList());
  }

  @Test
  void aPausedRunStandsStillOverAKillOfTheServiceAndGoesOn() throws Exception {
    String run = host.start(id(), "while true; do echo x; sleep 0.1; done");
    host.bus.await(run, "started");
    assertThat(host.service.post("/v1/runs/" + run + "/pause", "").status()).isEqualTo(202);
    host.bus.await(run, "paused");
    host.service.kill();
    host.service.start();
    long lines = lines(run);
    assertThat(host.service.post("/v1/runs/" + run + "/unpause", "").status()).isEqualTo(202);
    host.bus.await(run, "unpaused");
    Await.until("more lines than " + lines, () -> lines(run) > lines);
    host.service.delete("/v1/runs/" + run + "?force=true");
    host.bus.await(run, "removed");
    assertContiguous(run);
  }

  @Test
  void aPausedRunCanBeStopped() throws Exception {
    String run = host.start(id(), "trap 'exit 0' TERM; while true; do sleep 0.1; done");
    host.bus.await(run, "started");
    host.service.post("/v1/runs/" + run + "/pause", "");
    host.bus.await(run, "paused");
    host.service.post("/v1/runs/" + run + "/stop", "");
    assertThat(host.bus.await(run, "stopped").path("data").path("forced").asBoolean()).isFalse();
  }

  @Test
  void aSignalThatComesTwiceIsSentOnce() throws Exception {
    String run =
        host.start(id(), "trap 'echo got' USR1; echo ready; while true; do sleep 0.1; done");
    host.bus.await(run, "started");
    Await.until("ready", () -> lines(run) == 1);
    String kill =
        Bus.request(
            id(),
            "dev.gantry.run.kill-requested.v1",
            "{\"run\":\"" + run + "\",\"signal\":\"USR1\"}");
    host.bus.send(0, kill);
    host.bus.send(1, kill);
    host.bus.send(
        0, Bus.request(id(), "dev.gantry.run.pause-requested.v1", "{\"run\":\"" + run + "\"}"));
    host.bus.await(run, "paused");
    host.service.post("/v1/runs/" + run + "/unpause", "");
    host.service.post("/v1/runs/" + run + "/stop?graceSeconds=1", "");
    host.bus.await(run, "stopped");
    assertThat(host.service.get("/v1/runs/" + run + "/logs").text()).isEqualTo("ready\ngot\n");
  }

  @Test
  void limitsAreUpdatedAndStayAfterARestart() throws Exception {
    String run = host.start(id(), "sleep 300", "\"resources\":{\"memory\":\"64m\"}");
    host.bus.await(run, "started");
    var answer =
        host.service.post("/v1/runs/" + run + "/update", "{\"resources\":{\"memory\":\"32m\"}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    host.bus.await(run, "updated");
    host.service.post("/v1/runs/" + run + "/restart?graceSeconds=0", "");
    Await.until("second start", () -> count(run, "started") == 2);
    JsonNode shown = host.get(run).path("resources").path("memory");
    host.service.delete("/v1/runs/" + run + "?force=true");
    assertThat(shown.asText()).isEqualTo("33554432");
  }

  @Test
  void whoWaitsHearsOfTheExit() throws Exception {
    String run = host.start(id(), "sleep 1; exit 5");
    var answer = host.service.get("/v1/runs/" + awaitKnown(run) + "/wait?timeoutSeconds=60");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("exit").path("code").asInt()).isEqualTo(5);
  }

  @Test
  void whoWaitsInVainIsToldSo() throws Exception {
    String run = host.start(id(), "sleep 300");
    host.bus.await(run, "started");
    var answer = host.service.get("/v1/runs/" + run + "/wait?timeoutSeconds=0.1");
    host.service.delete("/v1/runs/" + run + "?force=true");
    assertThat(answer.status()).isEqualTo(504);
  }

  @Test
  void theLogOfARemovedRunCanBeRead() throws Exception {
    String run = host.start(id(), "echo remembered");
    host.bus.await(run, "exited");
    host.service.delete("/v1/runs/" + run);
    host.bus.await(run, "removed");
    assertThat(host.service.get("/v1/runs/" + run + "/logs").text()).isEqualTo("remembered\n");
  }

  private static void awaitDelay(String run, int millis) {
    Await.until(
        "a pause of " + millis + " ms",
        () ->
            of(run, "restarting").stream()
                .anyMatch(e -> e.path("data").path("delayMillis").asInt() >= millis));
  }

  private static String awaitKnown(String run) {
    Await.until("run", () -> host.service.get("/v1/runs/" + run).status() == 200);
    return run;
  }

  private static void assertContiguous(String run) {
    List<JsonNode> events = host.bus.events(run);
    assertThat(events.stream().map(e -> e.path("sequence").asText()))
        .as(host.bus.verbs(run).toString())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, events.size()).mapToObj(Integer::toString).toList());
  }

  private static long count(String run, String verb) {
    return of(run, verb).size();
  }

  private static List<JsonNode> of(String run, String verb) {
    return host.bus.events(run).stream().filter(e -> Bus.verb(e).equals(verb)).toList();
  }

  private static long lines(String run) throws Exception {
    return host.service.get("/v1/runs/" + run + "/logs").text().lines().count();
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
