package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs that start again, by their policy or because somebody asks, and those that do not. */
class RestartST {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PATIENT = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

  private final Platform platform = Platform.shared();
  private final Runs runs = new Runs(platform);
  private final Bus bus = platform.bus();
  private String id = "";

  @AfterEach
  void remove() {
    if (!id.isEmpty()) {
      runs.remove(id);
    }
  }

  @Test
  void onFailureIsTriedSoOftenInPlace() {
    start("echo x >> /data; wc -l < /data; exit 3", "\"restart\":\"on-failure:2\"");
    assertThat(bus.await(Bus.RUN_EVENTS, id, "exited").at("/data/code").asInt()).isEqualTo(3);
    assertThat(runs.log(id)).isEqualTo("1\n2\n3\n");
    bus.assertContiguous(Bus.RUN_EVENTS, id);
  }

  @Test
  void aStopBeatsAlways() {
    start(PATIENT, "\"restart\":\"always\"");
    bus.await(Bus.RUN_EVENTS, id, "started");
    post("stop");
    bus.await(Bus.RUN_EVENTS, id, "stopped");
    assertThat(bus.verbs(Bus.RUN_EVENTS, id)).doesNotContain("restarting");
  }

  @Test
  void pausesGoOnWhereTheyWereWhenTheServiceIsKilled() {
    start("exit 3", "\"restart\":\"always\"");
    awaitDelay(1_600);
    platform.kill9("run-service");
    platform.awaitReady("run-service");
    awaitDelay(3_200);
    post("stop");
    bus.await(Bus.RUN_EVENTS, id, "stopped");
    List<Integer> restarts =
        restarting().stream().map(fact -> fact.at("/data/restarts").asInt()).toList();
    assertThat(restarts).isEqualTo(IntStream.rangeClosed(1, restarts.size()).boxed().toList());
    bus.assertContiguous(Bus.RUN_EVENTS, id);
  }

  @Test
  void aRestartThatIsAskedForOnTheBusComesOnce() {
    start(PATIENT);
    bus.await(Bus.RUN_EVENTS, id, "started");
    String request = UUID.randomUUID().toString();
    for (int i = 0; i < 3; i++) {
      bus.request(
          Bus.RUN_REQUESTS,
          "dev.gantry.run.restart-requested.v1",
          request,
          "{\"run\":\"" + id + "\"}");
    }
    Await.until("the second start", PATIENCE, () -> count("started") == 2);
    post("stop");
    bus.await(Bus.RUN_EVENTS, id, "stopped");
    assertThat(count("restarting")).isEqualTo(1);
  }

  @Test
  void aPausedRunStandsStillUntilItIsLetGo() {
    start("i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done");
    bus.await(Bus.RUN_EVENTS, id, "started");
    assertThat(post("pause").json().path("paused").asBoolean()).isTrue();
    String before = runs.log(id);
    assertThat(post("unpause").json().path("paused").asBoolean()).isFalse();
    Await.until("more output", PATIENCE, () -> runs.log(id).length() > before.length());
  }

  @Test
  void aRunIsStoppedWhenItsTimeToLiveIsOver() {
    start("sleep 300", "\"ttlSeconds\":1", "\"stopGraceSeconds\":0");
    assertThat(bus.await(Bus.RUN_EVENTS, id, "exited").at("/data/reason").asText())
        .isEqualTo("TTL_EXPIRED");
  }

  @Test
  void whatARemovedRunHasWrittenCanBeRead() {
    start("echo remembered");
    bus.await(Bus.RUN_EVENTS, id, "exited");
    runs.remove(id);
    assertThat(runs.log(id)).isEqualTo("remembered\n");
    id = "";
  }

  private void start(String script, String... more) {
    id = bus.run(UUID.randomUUID().toString(), Runs.shell(script, more));
  }

  private Http.Answer post(String what) {
    Http.Answer answer =
        Http.post(
            runs.url() + "/" + id + "/" + what,
            "application/json",
            "".getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return answer;
  }

  private void awaitDelay(int millis) {
    Await.until(
        "a pause of " + millis + " ms",
        PATIENCE,
        () ->
            restarting().stream().anyMatch(fact -> fact.at("/data/delayMillis").asInt() >= millis));
  }

  private List<JsonNode> restarting() {
    return bus.facts(Bus.RUN_EVENTS, id).stream()
        .filter(fact -> Bus.verb(fact).equals("restarting"))
        .toList();
  }

  private long count(String verb) {
    return bus.verbs(Bus.RUN_EVENTS, id).stream().filter(verb::equals).count();
  }
}
