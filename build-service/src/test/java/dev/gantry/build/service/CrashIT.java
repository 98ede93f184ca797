package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The service is killed in the middle of its work. */
class CrashIT {
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
  void aBuildWhoseWorkerWasKilledIsBuiltAgainWithOneEnd() throws Exception {
    String build =
        host.submit(
            "tag=killed:1", "FROM busybox:1\nRUN echo one > /one\nRUN sleep 3; echo two > /two\n");
    Await.until("the second step", () -> host.log(build).contains("RUN sleep"));
    host.service.kill();
    host.service.start();
    host.bus.await(build, "succeeded");
    assertThat(host.bus.verbs(build)).containsOnlyOnce("queued", "succeeded");
    assertThat(host.get(build).path("attempt").asInt()).isEqualTo(2);
    assertThat(host.directoryListing("state/sandboxes")).isEmpty();
  }
}
