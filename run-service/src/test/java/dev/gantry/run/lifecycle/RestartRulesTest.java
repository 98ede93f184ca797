package dev.gantry.run.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.Health;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RestartPolicy;
import dev.gantry.events.RunEvent;
import dev.gantry.run.lifecycle.RestartRules.Decision;
import dev.gantry.run.lifecycle.RestartRules.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestartRulesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunEvent.About ABOUT = new RunEvent.About("host", null, null);
  private static final Wanted NOTHING = new Wanted(false, false);

  @Test
  void withoutAPolicyAnEndIsTheEnd() {
    assertThat(decide(end(1, 0), NOTHING, "no")).isInstanceOf(Decision.Over.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "unless-stopped"})
  void alwaysMeansAlsoAfterASuccess(String policy) {
    assertThat(decide(end(0, 0), NOTHING, policy)).isInstanceOf(Decision.Again.class);
  }

  @Test
  void aSuccessIsNoFailure() {
    assertThat(decide(end(0, 0), NOTHING, "on-failure")).isInstanceOf(Decision.Over.class);
  }

  @Test
  void anEndThatNobodyKnowsIsAFailure() {
    End lost = End.lost(START, START.plusSeconds(1), "gone");
    assertThat(decide(lost, NOTHING, "on-failure")).isInstanceOf(Decision.Again.class);
  }

  @Test
  void aRequestedEndBeatsEverything() {
    assertThat(decide(end(1, 0), new Wanted(true, true), "always"))
        .isInstanceOf(Decision.Over.class);
  }

  @Test
  void aRequestedRestartNeedsNoPolicyAndDoesNotWait() {
    assertThat(decide(end(0, 0), new Wanted(false, true), "no"))
        .isEqualTo(new Decision.Again(true, 1, Duration.ZERO));
  }

  @Test
  void onFailureIsTriedSoOften() {
    assertThat(delays("on-failure:2", end(1, 0), 10)).hasSize(2);
  }

  @Test
  void pausesDoubleUpToAMinute() {
    assertThat(delays("always", end(1, 0), 12))
        .containsExactly(
            100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 51_200L, 60_000L,
            60_000L);
  }

  @Test
  void aMinutesRunBeginsWithTheShortestPauseAgain() {
    assertThat(delay(failedOften(Health.NONE), end(1, 60))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void lessThanAMinuteDoesNot() {
    assertThat(delay(failedOften(Health.NONE), end(1, 59))).isEqualTo(Duration.ofMillis(1600));
  }

  @Test
  void aRunWithACheckMustHaveBeenHealthyForThatLong() {
    assertThat(delay(failedOften(Health.STARTING), end(1, 300))).isEqualTo(Duration.ofMillis(1600));
  }

  @Test
  void aHealthyMinuteCountsAlsoWhenItBecameUnhealthyLater() {
    History history =
        failedOften(Health.STARTING)
            .after(new RunEvent.Healthy(ABOUT), START.plusSeconds(10))
            .after(new RunEvent.Unhealthy(ABOUT, 3, null), START.plusSeconds(70));
    assertThat(delay(history, end(1, 100))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aRequestedRestartBeginsTheCountAnew() {
    History history = failedOften(Health.NONE);
    history = history.after(restarting(history, true, 0), START);
    assertThat(history.retries()).isZero();
    assertThat(history.restarts()).isEqualTo(5);
    assertThat(delay(history, end(1, 0))).isEqualTo(Duration.ofMillis(100));
  }

  private static History failedOften(Health health) {
    History history = History.NONE;
    for (int i = 0; i < 4; i++) {
      history = history.after(restarting(history, false, 100L << i), START);
    }
    return history.after(
        new RunEvent.Started(
            ABOUT, 1, START, null, List.of(), health == Health.NONE ? null : health),
        START);
  }

  private static Duration delay(History history, End end) {
    return RestartRules.decide(end, NOTHING, policy("always"), history)
            instanceof Decision.Again again
        ? again.delay()
        : Duration.ofDays(-1);
  }

  private static List<Long> delays(String policy, End end, int most) {
    List<Long> delays = new ArrayList<>();
    History history = History.NONE;
    while (delays.size() < most
        && RestartRules.decide(end, NOTHING, policy(policy), history)
            instanceof Decision.Again again) {
      delays.add(again.delay().toMillis());
      history = history.after(end.restarting(ABOUT, again), START);
    }
    return delays;
  }

  private static RunEvent.Restarting restarting(History history, boolean asked, long delay) {
    return end(1, 0)
        .restarting(
            ABOUT, new Decision.Again(asked, history.restarts() + 1, Duration.ofMillis(delay)));
  }

  private static Decision decide(End end, Wanted wanted, String policy) {
    return RestartRules.decide(end, wanted, policy(policy), History.NONE);
  }

  private static RestartPolicy policy(String text) {
    return ((Parsed.Valid<RestartPolicy>) RestartPolicy.parse(text)).value();
  }

  private static End end(int code, int seconds) {
    return new End(
        code,
        null,
        false,
        code == 0 ? ReasonCode.COMPLETED : ReasonCode.FAILED,
        START,
        START.plusSeconds(seconds),
        null);
  }
}
