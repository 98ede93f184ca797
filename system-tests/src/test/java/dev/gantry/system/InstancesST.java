package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Two platforms on one host never touch each other. */
class InstancesST {

  @Test
  void aSecondInstanceRunsBesideTheFirstAndItsEndLeavesTheFirstAlone() {
    Platform first = Platform.shared();
    Runs runs = new Runs(first);
    String run = runs.start(Runs.shell("sleep 300"));
    JsonNode before = runs.awaitState(run, "running");

    try (Platform second = Platform.start("second")) {
      second.ensureBaseImage();
      assertThat(new Runs(second).output("echo second")).isEqualTo("second\n");
      assertThat(second.url("run-service")).isNotEqualTo(first.url("run-service"));
    }

    assertThat(runs.get(run)).isEqualTo(before);
    runs.remove(run);
  }
}
