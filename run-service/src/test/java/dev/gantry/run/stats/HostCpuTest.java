package dev.gantry.run.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostCpuTest {
  private static final HostCpu BEFORE =
      HostCpu.parse(
          List.of("cpu  100 0 100 700 100 0 0 0 50 0", "cpu0 50 0 50 350", "cpu1 1", "intr 5"));

  @Test
  void everyProcessorIsCounted() {
    assertThat(BEFORE.online()).isEqualTo(2);
  }

  @Test
  void timeOfGuestsIsCountedOnce() {
    assertThat(BEFORE.time()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void oneBusyProcessorOfTwoIsAHundredPercent() {
    HostCpu after = new HostCpu(2, BEFORE.time().plusSeconds(2));
    assertThat(after.percent(BEFORE, Duration.ofSeconds(1))).isEqualTo(100);
  }

  @Test
  void withoutTimeBetweenThemNothingWasUsed() {
    assertThat(BEFORE.percent(BEFORE, Duration.ZERO)).isZero();
  }
}
