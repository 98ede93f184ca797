package dev.gantry.dashboard.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.Health;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RestartPolicy;
import dev.gantry.events.RunEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunViewTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final RunEvent.About ABOUT = new RunEvent.About("h1", null, null);
  private static final RunEvent STARTED =
      new RunEvent.Started(ABOUT, 4711, TIME, null, List.of(), Health.STARTING);
  private static final RunEvent RESTARTING =
      new RunEvent.Restarting(ABOUT, 1, null, false, ReasonCode.FAILED, TIME, TIME, 2, 200, null);

  @Test
  void aStartedRunWithACheckIsNotKnownToBeHealthy() {
    assertThat(view(STARTED).at("/health/status").asText()).isEqualTo("starting");
  }

  @Test
  void anUnhealthyRunSaysHowOftenItsCheckFailed() {
    ObjectNode run = view(STARTED, new RunEvent.Unhealthy(ABOUT, 3, "refused"));

    assertThat(run.at("/health/failures").asInt()).isEqualTo(3);
  }

  @Test
  void aHealthyRunHasNoFailures() {
    ObjectNode run =
        view(STARTED, new RunEvent.Unhealthy(ABOUT, 3, "refused"), new RunEvent.Healthy(ABOUT));

    assertThat(run.path("health").has("failures")).isFalse();
  }

  @Test
  void aPausedRunIsRunningAndPaused() {
    ObjectNode run = view(STARTED, new RunEvent.Paused(ABOUT, null));

    assertThat(run.path("state").asText() + run.path("paused")).isEqualTo("runningtrue");
  }

  @Test
  void aRunThatIsStartedAgainSaysHowOftenAndWhy() {
    ObjectNode run = view(STARTED, RESTARTING);

    assertThat(run.toString())
        .contains("\"state\":\"restarting\"", "\"restarts\":2", "\"reason\":\"FAILED\"");
  }

  @Test
  void aRunThatIsStartedAgainHasNoHealthMeanwhile() {
    ObjectNode run = view(STARTED, new RunEvent.Healthy(ABOUT), RESTARTING);

    assertThat(run.has("health")).isFalse();
  }

  @Test
  void changedLimitsAreShown() {
    ObjectNode run =
        view(STARTED, new RunEvent.Updated(ABOUT, Resources.UNLIMITED, RestartPolicy.NO, null));

    assertThat(run.path("restart").asText()).isEqualTo("no");
  }

  private static ObjectNode view(RunEvent... events) {
    ObjectNode run = Views.JSON.createObjectNode();
    for (RunEvent event : events) {
      RunView.fold(run, "id", event, TIME);
    }
    return run;
  }
}
