package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The demo that a new user sees first. */
class DemoST {

  @Test
  void theDemoRunsAndRunsAgainOnTopOfItself() {
    try (Platform platform = Platform.start("demo")) {
      platform.cli().run(Duration.ofMinutes(4), "demo").expectSuccess();

      Cli.Result second = platform.cli().run(Duration.ofMinutes(4), "demo").expectSuccess();

      assertThat(second.stdout()).contains("dev.gantry.run.started").contains("gantry down");
    }
  }
}
