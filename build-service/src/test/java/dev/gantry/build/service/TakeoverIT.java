package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two hosts of one platform, of which the one that builds is killed. */
class TakeoverIT {
  private static TestHost host;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost(Map.of("GANTRY_BUILD_LEASE", "3s"));
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @Test
  void aBuildWhoseHostDiedIsFinishedByAnotherWithOneEnd() throws Exception {
    String build =
        host.submit(
            "tag=taken:1", "FROM busybox:1\nRUN echo one > /one\nRUN sleep 20; echo two > /two\n");
    try (ServiceProcess other = host.another(host.instance + "o")) {
      Await.until("the second step", () -> host.log(build).contains("RUN sleep"));
      host.service.kill();
      host.bus.await(build, "succeeded");
      List<String> verbs = host.bus.verbs(build);
      assertThat(verbs).containsOnlyOnce("queued", "succeeded").doesNotContain("failed");
      assertThat(other.get("/v1/builds/" + build).json().path("attempt").asInt()).isEqualTo(2);
      assertThat(startedBy(build)).containsExactly(host.instance, host.instance + "o");
      host.service.start();
      assertThat(host.directoryListing("state/sandboxes")).isEmpty();
      assertThat(host.directoryListing("state/layers/building")).isEmpty();
      assertThat(host.bus.verbs(build)).isEqualTo(verbs);
    }
  }

  private static List<String> startedBy(String build) {
    return host.bus.events(build).stream()
        .filter(event -> Bus.verb(event).equals("started"))
        .map(event -> event.path("data").path("host").asText())
        .toList();
  }
}
