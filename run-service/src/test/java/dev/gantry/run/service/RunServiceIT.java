package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RunServiceIT {
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
  void aMessageBecomesAProcessAndItsLifeComesOutInOrder() throws Exception {
    String run = host.start(id(), "echo $GREETING $ANSWER; exit 3", "\"env\":{\"ANSWER\":\"42\"}");
    host.bus.await(run, "exited");
    List<String> verbs = host.bus.verbs(run).stream().filter(v -> !v.equals("pulling")).toList();
    assertThat(verbs).containsExactly("accepted", "placed", "created", "started", "exited");
  }

  @Test
  void sequencesAreContiguousFromOne() throws Exception {
    String run = host.start(id(), "exit 0");
    host.bus.await(run, "exited");
    List<JsonNode> events = host.bus.events(run);
    assertThat(events.stream().map(e -> e.path("sequence").asText()))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, events.size()).mapToObj(Integer::toString).toList());
  }

  @Test
  void theExitCodeIsTold() throws Exception {
    String run = host.start(id(), "exit 3");
    JsonNode data = host.bus.await(run, "exited").path("data");
    assertThat(data.path("code").asInt()).isEqualTo(3);
    assertThat(data.path("reason").asText()).isEqualTo("FAILED");
  }

  @Test
  void theLogIsWhatWasWritten() throws Exception {
    String run = host.start(id(), "echo one; echo two >&2; echo three");
    host.bus.await(run, "exited");
    assertThat(host.service.get("/v1/runs/" + run + "/logs").text().lines())
        .containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void binaryModeIsUnderstoodToo() throws Exception {
    String request = id();
    host.bus.send(
        Map.of(
            "ce_specversion", "1.0",
            "ce_id", request,
            "ce_source", "/test",
            "ce_type", "dev.gantry.run.requested.v1",
            "content-type", "application/json"),
        TestHost.shell("exit 0"));
    assertThat(host.bus.await(TestHost.run(request), "exited").path("data").path("code").asInt())
        .isZero();
  }

  @Test
  void theSameRequestFiveTimesOnAllPartitionsMakesOneRun() throws Exception {
    String request = id();
    for (int i = 0; i < 5; i++) {
      host.bus.send(
          i, Bus.request(request, "dev.gantry.run.requested.v1", TestHost.shell("exit 0")));
    }
    String run = TestHost.run(request);
    host.bus.await(run, "exited");
    String fence = host.start(id(), "exit 0");
    host.bus.await(fence, "exited");
    assertThat(host.bus.verbs(run)).doesNotHaveDuplicates();
  }

  @Test
  void aRunOverItsMemoryIsKilledAndTheEventSaysSo() throws Exception {
    String run =
        host.start(
            id(),
            "dd if=/dev/zero of=/dev/null bs=64M count=1",
            "\"resources\":{\"memory\":\"16m\"}");
    JsonNode data = host.bus.await(run, "exited").path("data");
    assertThat(data.path("oomKilled").asBoolean()).isTrue();
    assertThat(host.bus.verbs(run)).contains("oom-killed");
  }

  @Test
  void aStopWithinItsGraceIsNotForced() throws Exception {
    String run = host.start(id(), "trap 'exit 0' TERM; while true; do sleep 0.1; done");
    host.bus.await(run, "started");
    assertThat(host.service.post("/v1/runs/" + run + "/stop", "").status()).isEqualTo(202);
    assertThat(host.bus.await(run, "stopped").path("data").path("forced").asBoolean()).isFalse();
  }

  @Test
  void aRunThatIgnoresTheSignalIsKilledAfterItsGrace() throws Exception {
    String run = host.start(id(), "trap '' TERM; while true; do sleep 0.1; done");
    host.bus.await(run, "started");
    host.bus.send(
        Bus.request(
            id(),
            "dev.gantry.run.stop-requested.v1",
            "{\"run\":\"%s\",\"graceSeconds\":1}".formatted(run)));
    assertThat(host.bus.await(run, "stopped").path("data").path("forced").asBoolean()).isTrue();
    assertThat(host.bus.await(run, "exited").path("data").path("code").asInt()).isEqualTo(137);
  }

  @Test
  void aPublishedPortAnswersOnLoopback() throws Exception {
    String run =
        host.start(
            id(),
            "mkdir /w; echo hi > /w/index.html; exec httpd -f -p 8080 -h /w",
            "\"publish\":[\"8080\"]");
    JsonNode ports = host.bus.await(run, "started").path("data").path("ports");
    URI page = URI.create("http://127.0.0.1:" + ports.get(0).path("hostPort").asInt() + "/");
    HttpClient http = HttpClient.newHttpClient();
    Await.until(
        "answer of " + page,
        () -> {
          try {
            return http.send(
                    HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .equals("hi\n");
          } catch (java.io.IOException _) {
            return false;
          }
        });
    host.service.delete("/v1/runs/" + run + "?force=true");
    host.bus.await(run, "removed");
  }

  @Test
  void aPortThatIsTakenIsRefusedNamingItsHolder() throws Exception {
    String first = host.start(id(), "sleep 60", "\"publish\":[\"8080\"]");
    int port =
        host.bus.await(first, "started").path("data").path("ports").get(0).path("hostPort").asInt();
    String second = host.start(id(), "sleep 60", "\"publish\":[\"" + port + ":8080\"]");
    JsonNode data = host.bus.await(second, "rejected").path("data");
    host.service.delete("/v1/runs/" + first + "?force=true");
    assertThat(data.path("reason").asText()).isEqualTo("PORT_TAKEN");
    assertThat(data.path("message").asText()).contains(first);
  }

  @Test
  void aMissingImageIsRefused() throws Exception {
    String request = id();
    host.bus.send(
        Bus.request(request, "dev.gantry.run.requested.v1", "{\"image\":\"nothing:here\"}"));
    assertThat(
            host.bus.await(TestHost.run(request), "rejected").path("data").path("reason").asText())
        .isEqualTo("IMAGE_NOT_FOUND");
  }

  @Test
  void aFieldThatIsUnknownIsRefusedByNameAsTheFirstFact() throws Exception {
    String request = id();
    host.bus.send(
        Bus.request(
            request, "dev.gantry.run.requested.v1", "{\"image\":\"busybox:1\",\"imagge\":1}"));
    JsonNode event = host.bus.await(TestHost.run(request), "rejected");
    assertThat(event.path("sequence").asText()).isEqualTo("1");
    assertThat(event.path("data").path("field").asText()).isEqualTo("imagge");
  }

  @Test
  void aMissingCommandExitsWith127() throws Exception {
    String request = id();
    host.bus.send(
        Bus.request(
            request,
            "dev.gantry.run.requested.v1",
            "{\"image\":\"busybox:1\",\"command\":[\"no-such-program\"]}"));
    JsonNode data = host.bus.await(TestHost.run(request), "exited").path("data");
    assertThat(data.path("code").asInt()).isEqualTo(127);
    assertThat(data.path("reason").asText()).isEqualTo("COMMAND_NOT_FOUND");
  }

  @Test
  void aNameIsFreeAgainAfterRemoval() throws Exception {
    String first = host.start(id(), "exit 0", "\"name\":\"again\"");
    host.bus.await(first, "exited");
    host.service.delete("/v1/runs/again");
    host.bus.await(first, "removed");
    String second = host.start(id(), "exit 0", "\"name\":\"again\"");
    assertThat(host.bus.await(second, "exited").path("data").path("code").asInt()).isZero();
  }

  @Test
  void aNameThatIsTakenIsRefused() throws Exception {
    String first = host.start(id(), "sleep 60", "\"name\":\"mine\"");
    host.bus.await(first, "started");
    String second = host.start(id(), "exit 0", "\"name\":\"mine\"");
    JsonNode data = host.bus.await(second, "rejected").path("data");
    host.service.delete("/v1/runs/mine?force=true");
    assertThat(data.path("reason").asText()).isEqualTo("NAME_TAKEN");
  }

  @Test
  void aCommandToARunThatNobodyKnowsBecomesADeadLetterAndNobodyWaits() throws Exception {
    String stop = Bus.request(id(), "dev.gantry.run.stop-requested.v1", "{\"run\":\"nobody\"}");
    host.bus.send(0, stop);
    String next = id();
    host.bus.send(0, Bus.request(next, "dev.gantry.run.requested.v1", TestHost.shell("exit 0")));
    host.bus.await(TestHost.run(next), "exited");
    var letter = Await.value("dead letter", () -> host.bus.deadLetter(stop));
    assertThat(Bus.header(letter, "gantry-dlt-reason")).isEqualTo("RUN_NOT_FOUND");
  }

  @Test
  void aPoisonRecordBecomesADeadLetterWithItsOrigin() throws Exception {
    String poison = "not json " + id();
    host.bus.send(3, poison);
    var letter = Await.value("dead letter", () -> host.bus.deadLetter(poison));
    assertThat(Bus.header(letter, "gantry-dlt-partition")).isEqualTo("3");
  }

  @Test
  void aRunThatIsStoppedBeforeItStartsIsCancelled() throws Exception {
    String request = id();
    host.bus.send(
        2, Bus.request(request, "dev.gantry.run.requested.v1", TestHost.shell("sleep 60")));
    host.bus.send(
        2,
        Bus.request(
            id(),
            "dev.gantry.run.stop-requested.v1",
            "{\"run\":\"%s\",\"graceSeconds\":0}".formatted(TestHost.run(request))));
    String run = TestHost.run(request);
    Await.until("outcome", () -> host.bus.verbs(run).stream().anyMatch(this::isOutcome));
    assertThat(host.bus.verbs(run)).containsAnyOf("rejected", "stopped");
  }

  @Test
  void aRunOverHttpIsAcceptedAndFoundByItsName() throws Exception {
    var answer = host.service.post("/v1/runs", TestHost.shell("sleep 60", "\"name\":\"web\""));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    String run = answer.json().path("id").asText();
    host.bus.await(run, "started");
    JsonNode found = host.get("web");
    host.service.delete("/v1/runs/web?force=true");
    assertThat(found.path("id").asText()).isEqualTo(run);
    assertThat(found.path("image").path("digest").asText()).isEqualTo(host.digest);
  }

  @Test
  void theSameIdempotencyKeyIsTheSameRun() throws Exception {
    String key = id();
    var first = host.service.post("/v1/runs", TestHost.shell("exit 0"), "Idempotency-Key", key);
    var second = host.service.post("/v1/runs", TestHost.shell("exit 0"), "Idempotency-Key", key);
    assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
  }

  @Test
  void aBadFieldOverHttpIsAProblemThatNamesIt() throws Exception {
    var answer = host.service.post("/v1/runs", TestHost.shell("exit 0", "\"publish\":[\"x\"]"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("field").asText()).startsWith("publish");
    assertThat(answer.response().headers().firstValue("content-type"))
        .hasValue("application/problem+json");
  }

  @Test
  void anUnknownRunIs404() throws Exception {
    var answer = host.service.get("/v1/runs/nobody");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().path("code").asText()).isEqualTo("RUN_NOT_FOUND");
  }

  @Test
  void aRunningRunIsNotRemovedWithoutForce() throws Exception {
    String run = host.start(id(), "sleep 60");
    host.bus.await(run, "started");
    int status = host.service.delete("/v1/runs/" + run).status();
    host.service.delete("/v1/runs/" + run + "?force=true");
    assertThat(status).isEqualTo(409);
  }

  @Test
  void afterRemovalNothingOfTheRunIsLeft() throws Exception {
    String run = host.start(id(), "sleep 60", "\"publish\":[\"8080\"]");
    host.bus.await(run, "started");
    host.service.delete("/v1/runs/" + run + "?force=true");
    host.bus.await(run, "removed");
    assertThat(host.leftovers()).doesNotContain(run);
  }

  @Test
  void aFollowedLogEndsWithTheRun() throws Exception {
    String run = host.start(id(), "echo one; sleep 1; echo two");
    host.bus.await(run, "started");
    assertThat(host.service.get("/v1/runs/" + run + "/logs?follow=true").text())
        .isEqualTo("one\ntwo\n");
  }

  @Test
  void aLogAsEventsEndsWithTheRunItself() throws Exception {
    String run = host.start(id(), "echo one");
    host.bus.await(run, "exited");
    assertThat(host.service.get("/v1/runs/" + run + "/logs", "text/event-stream").text())
        .contains("\"line\":\"one\"")
        .contains("event: end\ndata: {\"id\":\"" + run);
  }

  private boolean isOutcome(String verb) {
    return List.of("exited", "rejected", "lost", "stopped").contains(verb);
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
