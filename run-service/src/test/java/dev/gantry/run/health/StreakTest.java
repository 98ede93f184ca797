package dev.gantry.run.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.Health;
import dev.gantry.events.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StreakTest {
  private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");
  private static final HealthCheck.Timing PLAIN = new HealthCheck.Timing(30.0, 1.0, 3, null, null);
  private static final HealthCheck.Timing PERIOD = new HealthCheck.Timing(30.0, 1.0, 1, 60.0, 5.0);

  @Test
  void itBeginsAsStarting() {
    assertThat(Streak.BEGIN.health()).isEqualTo(Health.STARTING);
  }

  @Test
  void oneSuccessMakesItHealthy() {
    assertThat(after(Streak.BEGIN, PLAIN, 1, true).health()).isEqualTo(Health.HEALTHY);
  }

  @Test
  void fewerFailuresThanTheRetriesChangeNothing() {
    Streak twice = after(after(Streak.BEGIN, PLAIN, 1, false), PLAIN, 2, false);
    assertThat(twice.health()).isEqualTo(Health.STARTING);
  }

  @Test
  void asManyFailuresAsTheRetriesMakeItUnhealthy() {
    Streak streak = Streak.BEGIN;
    for (int i = 0; i < 3; i++) {
      streak = after(streak, PLAIN, i, false);
    }
    assertThat(streak.health()).isEqualTo(Health.UNHEALTHY);
  }

  @Test
  void aSuccessResetsTheStreak() {
    Streak streak = after(after(Streak.BEGIN, PLAIN, 1, false), PLAIN, 2, false);
    streak = after(after(streak, PLAIN, 3, true), PLAIN, 4, false);
    assertThat(streak.failures()).isEqualTo(1);
    assertThat(streak.health()).isEqualTo(Health.HEALTHY);
  }

  @Test
  void failuresInTheStartPeriodDoNotCount() {
    assertThat(after(Streak.BEGIN, PERIOD, 59, false)).isEqualTo(Streak.BEGIN);
  }

  @Test
  void failuresAfterTheStartPeriodCount() {
    assertThat(after(Streak.BEGIN, PERIOD, 60, false).health()).isEqualTo(Health.UNHEALTHY);
  }

  @Test
  void aSuccessEndsTheStartPeriod() {
    Streak streak = after(after(Streak.BEGIN, PERIOD, 1, true), PERIOD, 2, false);
    assertThat(streak.health()).isEqualTo(Health.UNHEALTHY);
  }

  @Test
  void probesComeMoreOftenInTheStartPeriod() {
    assertThat(Streak.BEGIN.pause(STARTED.plusSeconds(1), STARTED, PERIOD))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(Streak.BEGIN.pause(STARTED.plusSeconds(61), STARTED, PERIOD))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whatWasHealthyBeforeARestartOfTheServiceIsSoStill() {
    Streak resumed = Streak.resumed(Health.HEALTHY);
    assertThat(after(resumed, PERIOD, 1, false).health()).isEqualTo(Health.UNHEALTHY);
  }

  @Test
  void outputIsBounded() {
    byte[] flood = new byte[100_000];
    assertThat(ProbeResult.text(flood)).hasSizeLessThanOrEqualTo(ProbeResult.OUTPUT_BYTES_MAX);
  }

  private static Streak after(Streak streak, HealthCheck.Timing timing, int second, boolean ok) {
    Instant at = STARTED.plusSeconds(second);
    return streak.after(new ProbeResult(at, at, ok, ""), STARTED, timing);
  }
}
