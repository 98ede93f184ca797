package dev.gantry.build.plan;

import static dev.gantry.build.plan.Plans.withTriggers;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnbuildTest {
  private static BuildPlan plan(String text, Map<String, Settings> images) {
    return Plans.plan(
        text, Plans.options().build(), image -> images.getOrDefault(image, Plans.base()));
  }

  private static List<String> steps(BuildPlan plan) {
    return plan.target().steps().stream().map(PlannedStep::canonical).toList();
  }

  @Test
  void triggersAreStoredAsWritten() {
    assertThat(Plans.plan("FROM a\nARG v=1\nONBUILD RUN $v\n").target().settings().triggers())
        .containsExactly("RUN $v");
  }

  @Test
  void storingATriggerRunsNothing() {
    assertThat(Plans.last("ONBUILD RUN x\n")).isEqualTo(new Operation.Configure());
  }

  @Test
  void theTriggersOfAnImageComeBeforeAllElse() {
    BuildPlan plan =
        plan("FROM b\nRUN own\n", Map.of("b", withTriggers("ENV A=1", "RUN [\"t\", \"u\"]")));
    assertThat(steps(plan))
        .containsExactly("FROM b", "ENV {A=1}", "RUN [t, u]", "RUN [/bin/sh, -c, own]");
  }

  @Test
  void triggersAreNotInherited() {
    BuildPlan plan = plan("FROM b\n", Map.of("b", withTriggers("RUN x")));
    assertThat(plan.target().settings().triggers()).isEmpty();
  }

  @Test
  void aStageThatBeginsWithSuchAStageDoesNotRunThemAgain() {
    BuildPlan plan = plan("FROM b AS s\nFROM s\n", Map.of("b", withTriggers("RUN x")));
    assertThat(plan.target().steps()).hasSize(1);
  }

  @Test
  void theTriggersOfAStageRunInTheStagesThatBeginWithIt() {
    BuildPlan plan = plan("FROM a AS b\nONBUILD RUN t\nFROM b AS m\nRUN x\nFROM m\n", Map.of());
    assertThat(plan.stages().get(1).steps())
        .extracting(PlannedStep::canonical)
        .contains("RUN [/bin/sh, -c, t]");
    assertThat(plan.target().steps()).hasSize(1);
  }

  @Test
  void aTriggerMayNeedAStage() {
    BuildPlan plan =
        plan(
            "FROM a AS src\nFROM b AS unused\nFROM c\n",
            Map.of("c", withTriggers("COPY --from=src /f /g")));
    assertThat(plan.stages()).extracting(PlannedStage::label).containsExactly("src", "2");
  }

  @Test
  void aTriggerMayNeedImagesWhoseTriggersDoNotRun() {
    BuildPlan plan =
        plan(
            "FROM c\n",
            Map.of(
                "c",
                withTriggers("COPY --from=d /f /g", "RUN --mount=from=e,target=/m x"),
                "d",
                withTriggers("RUN never")));
    assertThat(steps(plan)).hasSize(3);
  }

  @Test
  void theHeredocOfATriggerIsKept() {
    BuildPlan plan = plan("FROM b\n", Map.of("b", withTriggers("RUN <<EOF\nx y\nEOF")));
    assertThat(((Operation.Run) Plans.last(plan)).argv()).containsExactly("/bin/sh", "-c", "x y\n");
  }

  @Test
  void aTriggerSeesTheArgsOfTheBuild() {
    BuildPlan plan =
        Plans.plan(
            "FROM b\nRUN x\n",
            Plans.options().buildArgs(Map.of("V", "2")).build(),
            image -> withTriggers("ARG V=1"));
    assertThat(Plans.env(plan)).containsEntry("V", "2");
    assertThat(plan.unusedArgs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOPE x", "RUN a\nRUN b", "", "COPY a", "COPY --from=9 a /b"})
  void aTriggerThatIsWrongIsRefusedAtTheFrom(String trigger) {
    PlanOutcome<BuildPlan> outcome =
        Plans.outcome("# x\nFROM b\n", Plans.options().build(), image -> withTriggers(trigger));
    assertThat(((PlanOutcome.Refused<BuildPlan>) outcome).problem().line()).isEqualTo(2);
  }
}
