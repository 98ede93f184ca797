package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a run may use, what it does use, and how both are changed and seen from outside. */
class LimitsST {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String COUNTS = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done";

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
  void tooMuchMemoryKillsAndTheExitSaysSo() {
    id =
        bus.run(
            UUID.randomUUID().toString(),
            Runs.shell("tail /dev/zero", "\"resources\":{\"memory\":\"16m\"}"));
    JsonNode exited = bus.await(Bus.RUN_EVENTS, id, "exited");
    assertThat(exited.at("/data/oomKilled").asBoolean()).as(exited.toString()).isTrue();
  }

  @Test
  void moreProcessesThanAllowedCannotBeForked() {
    id =
        runs.start(
            Runs.shell(
                "for i in 1 2 3 4 5 6 7 8 9; do sleep 300 & done; wait",
                "\"resources\":{\"pids\":5}"));
    runs.awaitExit(id); // the shell gives up
    assertThat(runs.log(id)).contains("fork");
  }

  @Test
  void aRunBeyondItsProcessorTimeIsThrottled() {
    start("while :; do :; done", "\"cpus\":0.1");
    Await.until("throttling", PATIENCE, () -> stats().at("/cpu/throttledPeriods").asLong() > 0);
    assertThat(stats().at("/cpu/percent").asDouble()).isBetween(0.1, 60.0);
  }

  @Test
  void aLimitIsChangedWhileTheRunLives() {
    start("sleep 300", "\"memory\":\"64m\"");
    Http.Answer answer = post("update", "{\"resources\":{\"memory\":\"32m\",\"pids\":17}}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    Await.until("the change", PATIENCE, () -> stats().at("/pids/limit").asInt() == 17);
    assertThat(stats().at("/memory/limit").asLong()).isEqualTo(32 << 20);
  }

  @Test
  void aPausedRunMakesNoProgressUntilItIsUnpaused() {
    start(COUNTS, "\"pids\":50");
    Await.until("output", PATIENCE, () -> !runs.log(id).isEmpty());
    assertThat(post("pause", "").status()).isEqualTo(202);
    bus.await(Bus.RUN_EVENTS, id, "paused");
    String before = runs.log(id);
    long used = stats().at("/cpu/usageMicros").asLong(); // which takes longer than a line does
    assertThat(stats().at("/cpu/usageMicros").asLong()).isEqualTo(used);
    assertThat(runs.log(id)).isEqualTo(before);
    assertThat(post("unpause", "").status()).isEqualTo(202);
    Await.until("progress", PATIENCE, () -> runs.log(id).length() > before.length());
  }

  @Test
  void statisticsArePlausible() {
    start("while :; do sleep 0.01; done", "\"memory\":\"64m\"");
    JsonNode stats = stats();
    assertThat(stats.at("/memory/limit").asLong()).isEqualTo(64 << 20);
    assertThat(stats.at("/memory/current").asLong()).isBetween(1L, 64L << 20);
    assertThat(stats.at("/pids/current").asLong()).isBetween(1L, 5L);
    assertThat(stats.at("/network/interfaces/0/name").asText()).isEqualTo("eth0");
  }

  @Test
  void allRunsAreInOneAnswer() {
    start("sleep 300", "\"pids\":9");
    JsonNode all = Http.get(platform.url("run-service") + "/v1/host/stats").json();
    assertThat(all.path("items")).anyMatch(one -> one.path("id").asText().equals(id));
  }

  @Test
  void theProcessesOfARunAreShownAsItSeesThem() {
    start("sleep 345 & wait", "\"pids\":9");
    Await.until("both", PATIENCE, () -> top().size() == 2);
    assertThat(top())
        .anyMatch(
            one ->
                one.path("command").asText().equals("sleep 345")
                    && one.path("innerPid").asInt() < 10
                    && one.path("user").asText().equals("root"));
  }

  @Test
  void whatThisHostDoesNotHaveIsRefusedByItsField() {
    id = runs.start(Runs.shell("true", "\"resources\":{\"cpuset\":\"4097\"}"));
    JsonNode rejected = bus.await(Bus.RUN_EVENTS, id, "rejected");
    assertThat(rejected.at("/data/field").asText()).isEqualTo("resources.cpuset");
  }

  @Test
  void aDeviceThatIsNoneIsRefusedByItsField() {
    id =
        runs.start(
            Runs.shell(
                "true", "\"resources\":{\"io\":[{\"device\":\"/dev/null\",\"readBps\":1048576}]}"));
    JsonNode rejected = bus.await(Bus.RUN_EVENTS, id, "rejected");
    assertThat(rejected.at("/data/field").asText()).startsWith("resources.io");
  }

  @Test
  void aRunThatIsOverHasNoStatistics() {
    id = runs.start(Runs.shell("true"));
    runs.awaitExit(id);
    assertThat(Http.get(runs.url() + "/" + id + "/stats").status()).isEqualTo(409);
  }

  private void start(String script, String resources) {
    id = runs.start(Runs.shell(script, "\"resources\":{" + resources + "}"));
    runs.awaitState(id, "running");
  }

  private JsonNode stats() {
    Http.Answer answer = Http.get(runs.url() + "/" + id + "/stats");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private JsonNode top() {
    return Http.get(runs.url() + "/" + id + "/top").json().path("processes");
  }

  private Http.Answer post(String command, String body) {
    return Http.post(
        runs.url() + "/" + id + "/" + command,
        "application/json",
        body.getBytes(StandardCharsets.UTF_8));
  }
}
