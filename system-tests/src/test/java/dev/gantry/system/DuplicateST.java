package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The same request, however often and in whatever form it comes, has one effect. */
class DuplicateST {
  private final Platform platform = Platform.shared();
  private final Bus bus = platform.bus();

  @Test
  void theSameRunRequestDeliveredFiveTimesMakesOneContainer() {
    String id = UUID.randomUUID().toString();
    String name = "once-" + id.substring(0, 8);
    String data = Runs.shell("sleep 300", "\"name\":\"" + name + "\"");

    String run = bus.run(id, data);
    for (int i = 0; i < 4; i++) {
      bus.run(id, data);
    }
    String after = bus.run(UUID.randomUUID().toString(), Runs.shell("exit 0"));

    bus.await(Bus.RUN_EVENTS, after, "exited");
    bus.await(Bus.RUN_EVENTS, run, "started");
    assertThat(running(name)).hasSize(1);
    assertThat(bus.verbs(Bus.RUN_EVENTS, run)).containsOnlyOnce("accepted", "created", "started");
    new Runs(platform).remove(run);
    new Runs(platform).remove(after);
  }

  @Test
  void binaryAndStructuredModeOfOneRequestAreTheSameRequest() {
    String id = UUID.randomUUID().toString();
    String data = Runs.shell("exit 4");
    bus.publish(
        Bus.RUN_REQUESTS,
        null,
        data,
        Map.of(
            "ce_specversion", "1.0",
            "ce_id", id,
            "ce_source", "/system-tests",
            "ce_type", "dev.gantry.run.requested.v1",
            "content-type", "application/json"));

    String run = bus.run(id, data);

    JsonNode exited = bus.await(Bus.RUN_EVENTS, run, "exited");
    assertThat(exited.at("/data/code").asInt()).isEqualTo(4);
    assertThat(bus.verbs(Bus.RUN_EVENTS, run)).containsOnlyOnce("started");
    new Runs(platform).remove(run);
  }

  @Test
  void theSameIdempotencyKeyMakesOneBuild() {
    Builds builds = new Builds(platform);
    String key = UUID.randomUUID().toString();
    Map<String, String> files = Map.of("Dockerfile", "FROM busybox:1\nLABEL a=b\n");

    String first = builds.submit("same:1", files, "Idempotency-Key", key);
    String second = builds.submit("same:1", files, "Idempotency-Key", key);

    assertThat(second).isEqualTo(first);
    bus.await(Bus.BUILD_EVENTS, first, "succeeded", Duration.ofSeconds(90));
    assertThat(bus.verbs(Bus.BUILD_EVENTS, first)).containsOnlyOnce("started", "succeeded");
  }

  private List<String> running(String name) {
    return Lists.of(Http.get(new Runs(platform).url()).json().path("items")).stream()
        .filter(run -> run.path("name").asText().equals(name))
        .map(run -> run.path("id").asText())
        .toList();
  }
}
