package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HealthIT {
  private static final String QUICK = "\"intervalSeconds\":0.2,\"timeoutSeconds\":5,\"retries\":2";

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
  void aRunWithACheckBeginsAsStarting() throws Exception {
    String run =
        host.start(id(), "sleep 300", check("\"command\":\"true\",\"intervalSeconds\":60"));
    JsonNode started = host.bus.await(run, "started").path("data");
    remove(run);
    assertThat(started.path("health").asText()).isEqualTo("starting");
  }

  @Test
  void aProbeThatSucceedsMakesItHealthy() throws Exception {
    String run = host.start(id(), "sleep 300", check("\"command\":[\"true\"]," + QUICK));
    host.bus.await(run, "healthy");
    JsonNode shown = host.get(run);
    remove(run);
    assertThat(shown.path("health").path("status").asText()).isEqualTo("healthy");
  }

  @Test
  void failuresInARowMakeItUnhealthyAndASuccessHealthyAgain() throws Exception {
    String run =
        host.start(
            id(),
            "while true; do sleep 0.1; [ -f /asked ] && touch /well; done",
            check("\"command\":\"touch /asked; echo is it well; [ -f /well ]\"," + QUICK));
    host.bus.await(run, "healthy");
    remove(run);
    assertThat(host.bus.verbs(run)).contains("healthy");
  }

  @Test
  void whatTheProbeSaidIsToldWithTheFailure() throws Exception {
    String run =
        host.start(id(), "sleep 300", check("\"command\":\"echo not well; false\"," + QUICK));
    JsonNode data = host.bus.await(run, "unhealthy").path("data");
    remove(run);
    assertThat(data.path("failures").asInt()).isEqualTo(2);
    assertThat(data.path("output").asText()).contains("not well");
  }

  @Test
  void aProbeThatHangsIsKilledAndHasFailed() throws Exception {
    String run =
        host.start(
            id(),
            "sleep 300",
            check(
                "\"command\":[\"sleep\",\"200\"],\"intervalSeconds\":0.1,\"timeoutSeconds\":0.3,"
                    + "\"retries\":1"));
    JsonNode data = host.bus.await(run, "unhealthy").path("data");
    remove(run);
    assertThat(data.path("output").asText()).contains("no end within");
  }

  @Test
  void aPortIsProbedFromTheHost() throws Exception {
    String run =
        host.start(
            id(),
            "mkdir /w; echo hi > /w/index.html; exec httpd -f -p 8080 -h /w",
            check("\"http\":{\"port\":8080,\"path\":\"/index.html\"}," + QUICK));
    host.bus.await(run, "healthy");
    remove(run);
  }

  @Test
  void aPageThatIsMissingIsUnhealthy() throws Exception {
    String run =
        host.start(
            id(),
            "mkdir /w; exec httpd -f -p 8080 -h /w",
            check("\"http\":{\"port\":8080,\"path\":\"/nothing\"}," + QUICK));
    JsonNode data = host.bus.await(run, "unhealthy").path("data");
    remove(run);
    assertThat(data.path("output").asText()).contains("404");
  }

  @Test
  void aConnectionIsEnoughForTcp() throws Exception {
    String run =
        host.start(
            id(),
            "mkdir /w; exec httpd -f -p 8080 -h /w",
            check("\"tcp\":{\"port\":8080}," + QUICK));
    host.bus.await(run, "healthy");
    remove(run);
  }

  @Test
  void aKilledServiceGoesOnProbing() throws Exception {
    String run =
        host.start(
            id(),
            "while true; do sleep 0.1; done",
            check("\"command\":\"[ ! -f /ill ]\"," + QUICK));
    host.bus.await(run, "healthy");
    host.service.kill();
    host.service.start();
    assertThat(host.get(run).path("health").path("status").asText()).isEqualTo("healthy");
    Await.until("another probe", () -> !host.get(run).path("health").path("probes").isEmpty());
    remove(run);
    assertThat(host.bus.verbs(run).stream().filter(v -> v.equals("healthy")).count()).isEqualTo(1);
  }

  @Test
  void whoWaitsForHealthHearsOfIt() throws Exception {
    String run = host.start(id(), "sleep 300", check("\"command\":[\"true\"]," + QUICK));
    host.bus.await(run, "started");
    var answer = host.service.get("/v1/runs/" + run + "/wait?until=healthy&timeoutSeconds=60");
    remove(run);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private static String check(String fields) {
    return "\"stopGraceSeconds\":0,\"healthcheck\":{" + fields + "}";
  }

  private static void remove(String run) throws Exception {
    host.service.delete("/v1/runs/" + run + "?force=true");
    host.bus.await(run, "removed");
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
