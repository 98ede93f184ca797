package dev.gantry.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.launcher.network.NetworkPlan;
import dev.gantry.launcher.settings.Port;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformStateTest {
  @TempDir Path home;

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    PlatformState state = state("up");

    state.write();

    assertThat(PlatformState.read(home)).contains(state);
  }

  @Test
  void aLaterStateReplacesAnEarlierOne() throws Exception {
    state("starting").write();

    state("up").write();

    assertThat(PlatformState.read(home)).map(PlatformState::state).contains("up");
  }

  @Test
  void aDirectoryWithoutAStateHasNone() throws Exception {
    assertThat(PlatformState.read(home)).isEmpty();
  }

  private PlatformState state(String state) {
    return new PlatformState(
        "it",
        "1",
        home.toString(),
        state,
        null,
        42,
        "2025-01-01T00:00:00Z",
        List.of(new PlatformState.Service("kafka", "kafka://x:1", 1, 7, "ready", 1, "/s", "/l")),
        new PlatformState.Kafka("x:1", true),
        new PlatformState.Postgres("jdbc:x", "postgres", true),
        Map.of(Port.KAFKA, 1),
        new NetworkPlan("a", "b", "c", "d", "e", 1, 2));
  }
}
