package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
  private static final Map<String, Event> BY_VERB =
      Samples.full().stream()
          .filter(event -> !EventType.of(event).family().isRequest())
          .collect(
              Collectors.toMap(
                  event -> EventType.of(event).name().replaceAll("dev\\.gantry\\.|\\.v1", ""),
                  Function.identity()));

  @ParameterizedTest
  @CsvSource({
    "'', requested",
    "accepted, accepted",
    "accepted placed, placed",
    "accepted placed pulling, pulling",
    "accepted placed created, created",
    "accepted placed pulling created started, running",
    "accepted placed created started oom-killed, running",
    "accepted placed created started oom-killed oom-killed exited, exited",
    "accepted placed created exited, exited",
    "accepted placed created started exited stopped, stopped",
    "accepted placed created started exited removed, removed",
    "accepted placed created started exited stopped removed, removed",
    "accepted placed created started healthy unhealthy healthy, running",
    "accepted placed created started paused unpaused paused exited, exited",
    "accepted placed created started updated, running",
    "accepted placed created started restarting, restarting",
    "accepted placed created started restarting updated started, running",
    "accepted placed created restarting restarting started, running",
    "accepted placed created started restarting exited stopped, stopped",
    "accepted placed created started restarting lost, lost",
    "rejected, rejected",
    "accepted rejected, rejected",
    "accepted placed rejected, rejected",
    "accepted placed pulling rejected, rejected",
    "accepted placed created rejected, rejected",
    "accepted placed created started lost, lost",
    "accepted placed lost removed, removed"
  })
  void aRunLivesLikeThis(String verbs, String label) {
    assertThat(foldRun(verbs))
        .isInstanceOfSatisfying(
            Fold.Moved.class, moved -> assertThat(labelOf(moved.state())).isEqualTo(label));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "placed",
        "accepted accepted",
        "accepted started",
        "accepted placed started",
        "accepted placed created started rejected",
        "accepted placed created started exited exited",
        "accepted placed created started exited lost",
        "accepted placed created started exited stopped stopped",
        "accepted placed created started removed",
        "accepted placed created started stopped",
        "accepted placed created started started",
        "accepted placed created started healthy healthy",
        "accepted placed created started unhealthy unhealthy",
        "accepted placed created started paused paused",
        "accepted placed created started unpaused",
        "accepted placed created healthy",
        "accepted placed created paused",
        "accepted placed created updated",
        "accepted placed created started restarting rejected",
        "accepted placed created started restarting removed",
        "accepted placed created started restarting paused",
        "accepted placed created started exited restarting",
        "accepted placed created started exited started",
        "rejected removed",
        "rejected accepted",
        "accepted lost",
        "accepted placed created started exited removed removed"
      })
  void aRunNeverLivesLikeThat(String verbs) {
    assertThat(foldRun(verbs)).isInstanceOf(Fold.Refused.class);
  }

  @Test
  void aRunCountsHowOftenItWasStartedAgain() {
    assertThat(running("accepted placed created started restarting started").restarts())
        .isEqualTo(((RunEvent.Restarting) BY_VERB.get("run.restarting")).restarts());
  }

  @Test
  void aStartBeginsHealthAnewAndEndsAPause() {
    RunLifecycle.Running running =
        running("accepted placed created started oom-killed unhealthy paused restarting started");

    assertThat(running)
        .isEqualTo(
            new RunLifecycle.Running(
                running.start(), running.restarts(), Health.STARTING, false, false));
  }

  private static RunLifecycle.Running running(String verbs) {
    return (RunLifecycle.Running) ((Fold.Moved<RunLifecycle>) foldRun(verbs)).state();
  }

  @ParameterizedTest
  @CsvSource({
    "queued, queued",
    "queued started, running",
    "queued started step-started step-finished, running",
    "queued started step-started step-finished succeeded, succeeded",
    "queued started failed, failed",
    "queued failed, failed",
    "failed, failed",
    "queued cancelled, cancelled",
    "queued started step-started cancelled, cancelled"
  })
  void aBuildLivesLikeThis(String verbs, String label) {
    assertThat(foldBuild(verbs))
        .isInstanceOfSatisfying(
            Fold.Moved.class, moved -> assertThat(labelOf(moved.state())).isEqualTo(label));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "started",
        "queued queued",
        "queued step-started",
        "queued succeeded",
        "queued started started",
        "queued started succeeded failed",
        "queued started cancelled succeeded",
        "cancelled"
      })
  void aBuildNeverLivesLikeThat(String verbs) {
    assertThat(foldBuild(verbs)).isInstanceOf(Fold.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exited", "stopped", "removed"})
  void anOutcomeStaysOne(String last) {
    List<String> verbs =
        List.of("accepted placed created started exited stopped removed".split(" "));
    Fold<RunLifecycle> fold = foldRun(String.join(" ", verbs.subList(0, verbs.indexOf(last) + 1)));

    assertThat(fold)
        .isInstanceOfSatisfying(
            Fold.Moved.class,
            moved -> assertThat(((RunLifecycle) moved.state()).hasOutcome()).isTrue());
  }

  private static Fold<RunLifecycle> foldRun(String verbs) {
    Fold<RunLifecycle> fold = new Fold.Moved<>(new RunLifecycle.Requested());
    for (String verb : split(verbs)) {
      RunLifecycle state = ((Fold.Moved<RunLifecycle>) fold).state();
      fold = RunLifecycle.fold(state, (RunEvent) BY_VERB.get("run." + verb));
    }
    return fold;
  }

  private static Fold<BuildLifecycle> foldBuild(String verbs) {
    Fold<BuildLifecycle> fold = new Fold.Moved<>(new BuildLifecycle.Requested());
    for (String verb : split(verbs)) {
      BuildLifecycle state = ((Fold.Moved<BuildLifecycle>) fold).state();
      fold = BuildLifecycle.fold(state, (BuildEvent) BY_VERB.get("build." + verb));
    }
    return fold;
  }

  private static String labelOf(Object state) {
    return switch (state) {
      case RunLifecycle run -> run.label();
      case BuildLifecycle build -> build.label();
      default -> throw new AssertionError(state);
    };
  }

  private static List<String> split(String verbs) {
    return Arrays.stream(verbs.split(" ")).filter(verb -> !verb.isEmpty()).toList();
  }
}
