package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrashIT {
  private TestHost host;

  @BeforeEach
  void start() throws Exception {
    host = new TestHost();
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void containersOutliveTheServiceAndMissedExitsAreToldWithTheirTrueTime() throws Exception {
    String lives = host.start(id(), "sleep 300");
    String exits = host.start(id(), "sleep 2; exit 7");
    long pid = host.bus.await(lives, "started").path("data").path("pid").asLong();
    host.bus.await(exits, "started");
    host.service.kill();
    Thread.sleep(Duration.ofSeconds(3)); // The exit must fall into the gap.
    Instant restarted = Instant.now();
    host.service.start();
    JsonNode exited = host.bus.await(exits, "exited").path("data");
    assertThat(exited.path("code").asInt()).isEqualTo(7);
    assertThat(Instant.parse(exited.path("exitedAt").asText())).isBefore(restarted);
    JsonNode adopted = host.get(lives);
    assertThat(adopted.path("state").asText()).isEqualTo("running");
    assertThat(adopted.path("pid").asLong()).isEqualTo(pid);
  }

  @Test
  void killsAtRandomMomentsLoseNothingAndDoubleNothing() throws Exception {
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      runs.add(host.start(id(), "sleep 0." + i % 10 + "; exit " + i % 5));
      if (i % 8 == 7) {
        Thread.sleep(i * 7L);
        host.service.kill();
        host.service.start();
      }
    }
    for (String run : runs) {
      host.bus.await(run, "exited");
    }
    for (String run : runs) {
      List<JsonNode> events = host.bus.events(run);
      assertThat(events.stream().map(e -> e.path("sequence").asText()))
          .as(host.bus.verbs(run).toString())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, events.size()).mapToObj(Integer::toString).toList());
      assertThat(host.bus.verbs(run)).doesNotHaveDuplicates();
    }
  }

  @Test
  void withoutKafkaContainersRunOnAndFactsAreToldAfterwards() throws Exception {
    String run = host.start(id(), "sleep 300");
    host.bus.await(run, "started");
    host.backbone.stopKafka();
    assertThat(host.get(run).path("state").asText()).isEqualTo("running");
    host.service.post("/v1/runs/" + run + "/stop?graceSeconds=0", "");
    Await.until("stopped", () -> host.get(run).path("state").asText().equals("stopped"));
    host.backbone.startKafka();
    host.bus.await(run, "stopped");
    assertThat(host.bus.verbs(run)).doesNotHaveDuplicates();
  }

  @Test
  void withoutPostgresRequestsWaitAndAreTakenAfterwards() throws Exception {
    host.backbone.killPostgres();
    String run = host.start(id(), "exit 0");
    host.backbone.startPostgres();
    assertThat(host.bus.await(run, "exited").path("data").path("code").asInt()).isZero();
  }

  @Test
  void afterADrainNothingOfTheInstanceIsLeft() throws Exception {
    String run = host.start(id(), "trap 'exit 0' TERM; while true; do sleep 0.1; done");
    host.bus.await(run, "started");
    var answer = host.service.post("/v1/host/drain?remove=true", "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(host.leftovers()).isEmpty();
  }

  @Test
  void whatStoodReadyEndsWithTheServiceAndARunThatWasMadeOfItLivesOn() throws Exception {
    Path ready = host.directory.resolve("state/sandboxes/warm");
    Await.until("sandboxes stand ready", () -> !names(ready).isEmpty());
    String run = host.start(id(), "sleep 300");
    host.bus.await(run, "started");
    List<String> before = names(ready);

    host.service.kill();
    host.service.start();

    assertThat(host.directory.resolve("state/runs/" + run + "/owner")).exists();
    assertThat(host.get(run).path("state").asText()).isEqualTo("running");
    assertThat(names(ready)).doesNotContainAnyElementsOf(before);
    host.service.post("/v1/host/drain?remove=true", "");
    assertThat(host.leftovers()).isEmpty();
    assertThat(names(ready)).isEmpty();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
