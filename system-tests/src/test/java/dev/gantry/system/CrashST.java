package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services are killed at any instant; what was accepted ends once, and as it should. */
class CrashST {
  private static final List<String> RUN_OUTCOMES = List.of("exited", "rejected", "lost");
  private static final List<String> BUILD_OUTCOMES = List.of("succeeded", "failed", "cancelled");
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static Platform platform;
  private static Bus bus;

  @BeforeAll
  static void up() {
    platform = Platform.start("crash");
    platform.ensureBaseImage();
    bus = platform.bus();
  }

  @AfterAll
  static void down() {
    platform.close();
  }

  @Test
  void containersOutliveTheRunServiceAndTheirMissedExitsAreReported() {
    Runs runs = new Runs(platform);
    String stays = runs.start(Runs.shell("sleep 300"));
    String ends = runs.start(Runs.shell("sleep 1; exit 5"));
    runs.awaitState(ends, "running", "exited");
    long pid = runs.awaitState(stays, "running").path("pid").asLong();

    platform.kill9("run-service");
    platform.awaitReady("run-service");

    JsonNode exited = bus.await(Bus.RUN_EVENTS, ends, "exited");
    assertThat(exited.at("/data/code").asInt()).isEqualTo(5);
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive)).contains(true);
    assertThat(runs.get(stays).path("state").asText()).isEqualTo("running");
    runs.remove(stays);
    runs.remove(ends);
    bus.assertContiguous(Bus.RUN_EVENTS, ends);
  }

  @Test
  void killingServicesAtRandomLosesNoRunAndDoublesNone() {
    Random random = new Random(2);
    List<String> victims = List.of("run-service", "image-service", "kafka", "postgres");
    Map<String, Integer> codes = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      String data = Runs.shell("usleep " + random.nextInt(900_000) + "; exit " + i);
      codes.put(bus.run("crash-" + i, data), i);
      Await.sleep(Duration.ofMillis(random.nextInt(60)));
      if (i % 12 == 7) {
        platform.kill9(victims.get(i / 12));
        Await.sleep(Duration.ofMillis(random.nextInt(4000)));
        platform.kill9("run-service");
      }
    }

    for (Map.Entry<String, Integer> run : codes.entrySet()) {
      JsonNode outcome = bus.awaitAny(Bus.RUN_EVENTS, run.getKey(), RUN_OUTCOMES, PATIENCE);
      assertThat(Bus.verb(outcome)).as(outcome.toString()).isEqualTo("exited");
      assertThat(outcome.at("/data/code").asInt()).isEqualTo(run.getValue());
    }
    platform.awaitReady("run-service");
    codes.keySet().forEach(run -> assertSingleOutcome(Bus.RUN_EVENTS, run, RUN_OUTCOMES));
  }

  @Test
  void killingServicesAtRandomLosesNoBuildAndDoublesNone() {
    Random random = new Random(3);
    Builds builds = new Builds(platform);
    List<String> victims = List.of("build-service", "image-service", "dashboard");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String dockerfile = "FROM busybox:1\nRUN usleep 200000; echo %d > /f\n".formatted(i);
      String key = UUID.randomUUID().toString();
      ids.add(submitUntilAccepted(builds, "crash:" + i, dockerfile, key));
      if (i % 6 == 3) {
        Await.sleep(Duration.ofMillis(random.nextInt(1500)));
        platform.kill9(victims.get(i / 6));
      }
    }

    for (String id : ids) {
      JsonNode outcome = bus.awaitAny(Bus.BUILD_EVENTS, id, BUILD_OUTCOMES, PATIENCE);
      assertThat(Bus.verb(outcome)).as(outcome.toString()).isEqualTo("succeeded");
    }
    platform.awaitAllReady();
    ids.forEach(build -> assertSingleOutcome(Bus.BUILD_EVENTS, build, BUILD_OUTCOMES));
  }

  @Test
  void withKafkaAndPostgresKilledRunsGoOnAndTheirExitsFollow() {
    Runs runs = new Runs(platform);
    String run = runs.start(Runs.shell("sleep 4; exit 3"));
    runs.awaitState(run, "running");

    platform.kill9("kafka");
    platform.kill9("postgres");

    JsonNode exited = bus.await(Bus.RUN_EVENTS, run, "exited", PATIENCE);
    assertThat(exited.at("/data/code").asInt()).isEqualTo(3);
    bus.assertContiguous(Bus.RUN_EVENTS, run);
    platform.awaitAllReady();
    runs.remove(run);
  }

  /** What a careful client does: the same request under the same key until it is accepted. */
  private static String submitUntilAccepted(
      Builds builds, String tag, String dockerfile, String key) {
    return Await.value(
        "the acceptance of " + tag,
        PATIENCE,
        () ->
            Optional.of(
                builds.submit(tag, Map.of("Dockerfile", dockerfile), "Idempotency-Key", key)));
  }

  private static void assertSingleOutcome(String topic, String subject, List<String> outcomes) {
    assertThat(bus.verbs(topic, subject).stream().filter(outcomes::contains).toList())
        .as("outcomes of %s", subject)
        .hasSize(1);
    bus.assertContiguous(topic, subject);
  }
}
