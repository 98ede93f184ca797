package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs that are asked whether they do their work. */
class HealthST {
  private static final String QUICK = "\"intervalSeconds\":0.2,\"timeoutSeconds\":5,\"retries\":2";

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
  void aRunIsUnhealthyUntilItsCommandSucceeds() {
    start("sleep 5; touch /well; sleep 300", "\"command\":\"echo ill; [ -f /well ]\"," + QUICK);
    JsonNode unhealthy = bus.await(Bus.RUN_EVENTS, id, "unhealthy");
    assertThat(unhealthy.at("/data/output").asText()).contains("ill");
    bus.await(Bus.RUN_EVENTS, id, "healthy");
    assertThat(runs.get(id).at("/health/status").asText()).isEqualTo("healthy");
  }

  @Test
  void whoeverWaitsForHealthHearsOfIt() {
    start(
        "mkdir /w; echo hi > /w/index.html; exec httpd -f -p 8080 -h /w",
        "\"http\":{\"port\":8080}," + QUICK);
    bus.await(Bus.RUN_EVENTS, id, "started");
    Http.Answer answer = Http.get(runs.url() + "/" + id + "/wait?until=healthy&timeoutSeconds=20");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void aPortThatNobodyServesIsUnhealthy() {
    start("sleep 300", "\"tcp\":{\"port\":8080}," + QUICK);
    bus.await(Bus.RUN_EVENTS, id, "unhealthy");
  }

  @Test
  void aProbeThatHangsHasFailed() {
    start(
        "sleep 300",
        "\"command\":[\"sleep\",\"200\"],\"intervalSeconds\":0.1,\"timeoutSeconds\":0.3,"
            + "\"retries\":1");
    bus.await(Bus.RUN_EVENTS, id, "unhealthy");
  }

  @Test
  void probesGoOnWhenTheServiceIsKilled() {
    start("sleep 300", "\"command\":\"[ ! -f /ill ]\"," + QUICK);
    bus.await(Bus.RUN_EVENTS, id, "healthy");
    platform.kill9("run-service");
    platform.awaitReady("run-service");
    Await.until(
        "another probe",
        Duration.ofSeconds(60),
        () -> !runs.get(id).at("/health/probes").isEmpty());
    assertThat(bus.verbs(Bus.RUN_EVENTS, id)).containsOnlyOnce("healthy");
  }

  private void start(String script, String check) {
    id =
        bus.run(
            UUID.randomUUID().toString(),
            Runs.shell(script, "\"stopGraceSeconds\":0", "\"healthcheck\":{" + check + "}"));
  }
}
