package dev.gantry.run.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void theEmptierHostIsChosen() {
    assertThat(Placement.decide(Resources.UNLIMITED, List.of(host("a", 3), host("b", 1))))
        .isEqualTo(new Placement.Decision.On("b"));
  }

  @Test
  void equallyEmptyHostsAreTakenInOrderOfTheirNames() {
    assertThat(Placement.decide(Resources.UNLIMITED, List.of(host("b", 1), host("a", 1))))
        .isEqualTo(new Placement.Decision.On("a"));
  }

  @Test
  void aDrainingHostTakesNothing() {
    HostSnapshot draining = new HostSnapshot("a", 2, 0, 10, true);
    assertThat(reason(Placement.decide(Resources.UNLIMITED, List.of(draining))))
        .isEqualTo(ReasonCode.HOST_DRAINING);
  }

  @Test
  void aFullHostTakesNothing() {
    assertThat(reason(Placement.decide(Resources.UNLIMITED, List.of(host("a", 10)))))
        .isEqualTo(ReasonCode.HOST_FULL);
  }

  @Test
  void moreCpusThanAnyHostHasAreRefused() {
    Resources wanted =
        new Resources(
            Resources.Memory.UNSAID,
            new Resources.Cpu(2.5, null, null),
            Resources.Io.UNSAID,
            null,
            null,
            Map.of(),
            null);
    assertThat(reason(Placement.decide(wanted, List.of(host("a", 0)))))
        .isEqualTo(ReasonCode.HOST_FULL);
  }

  private static HostSnapshot host(String name, int runs) {
    return new HostSnapshot(name, 2, runs, 10, false);
  }

  private static ReasonCode reason(Placement.Decision decision) {
    return ((Placement.Decision.Nowhere) decision).reason();
  }
}
