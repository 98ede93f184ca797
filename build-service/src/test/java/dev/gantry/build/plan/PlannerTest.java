package dev.gantry.build.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.build.dockerfile.DockerfileParser;
import dev.gantry.build.dockerfile.DockerfileProblem;
import dev.gantry.build.dockerfile.ParseOutcome;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  private static PlanOutcome<BuildPlan> outcome(
      String text, Map<String, String> args, @Nullable String target) {
    ParseOutcome.Parsed parsed =
        (ParseOutcome.Parsed)
            DockerfileParser.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8));
    BuildOptions options =
        BuildOptions.draft("linux/amd64")
            .targets(Stream.ofNullable(target).toList())
            .buildArgs(args)
            .labels(Map.of("extra", "1"))
            .build();
    return switch (StageGraph.of(parsed.dockerfile(), options)) {
      case PlanOutcome.Refused<StageGraph> refused -> new PlanOutcome.Refused<>(refused.problems());
      case PlanOutcome.Planned<StageGraph> planned -> {
        Map<String, Settings> images = new HashMap<>();
        planned.value().images().forEach(image -> images.put(image, base()));
        yield Planner.plan(planned.value(), images);
      }
    };
  }

  private static Settings base() {
    Settings settings = new Settings();
    settings.env().put("PATH", "/base/bin");
    settings.command(List.of("base-cmd"));
    return settings;
  }

  private static BuildPlan plan(String text, Map<String, String> args) {
    return ((PlanOutcome.Planned<BuildPlan>) outcome(text, args, null)).value();
  }

  private static BuildPlan plan(String text) {
    return plan(text, Map.of());
  }

  private static DockerfileProblem refused(String text) {
    return ((PlanOutcome.Refused<BuildPlan>) outcome(text, Map.of(), null)).problem();
  }

  private static Operation last(BuildPlan plan) {
    return plan.target().steps().getLast().operation();
  }

  @Test
  void onlyNeededStagesArePlanned() {
    BuildPlan plan =
        plan("FROM a AS x\nFROM b AS unused\nFROM c AS z\nCOPY --from=x /f /\nFROM z\n");
    assertThat(plan.stages().stream().map(PlannedStage::label)).containsExactly("x", "z", "3");
  }

  @Test
  void stepsAreNumberedOverAllStages() {
    BuildPlan plan = plan("FROM a AS x\nRUN y\nFROM x\nRUN z\n");
    assertThat(plan.stages().stream().flatMap(stage -> stage.steps().stream()))
        .extracting(PlannedStep::number)
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void theTargetIsFoundWhateverItsCase() {
    PlanOutcome<BuildPlan> outcome = outcome("FROM a AS One\nFROM b\n", Map.of(), "ONE");
    assertThat(((PlanOutcome.Planned<BuildPlan>) outcome).value().target().label())
        .isEqualTo("one");
  }

  @Test
  void anUnknownTargetIsRefused() {
    assertThat(outcome("FROM a\n", Map.of(), "nope")).isInstanceOf(PlanOutcome.Refused.class);
  }

  @Test
  void envSeesTheBaseAndWhatWasBefore() {
    Settings settings = plan("FROM a\nENV PATH=/x:$PATH A=1\nENV A=2 B=$A\n").target().settings();
    assertThat(settings.env()).containsEntry("PATH", "/x:/base/bin").containsEntry("B", "1");
  }

  @Test
  void argsReachRunButNotTheImage() {
    BuildPlan plan = plan("FROM a\nARG V=1\nRUN x\n", Map.of("V", "2"));
    assertThat(((Operation.Run) last(plan)).environment().env()).containsEntry("V", "2");
    assertThat(plan.target().settings().env()).doesNotContainKey("V");
  }

  @Test
  void aGlobalArgIsSeenInFromAndWhereItIsDeclaredAgain() {
    BuildPlan plan = plan("ARG V=7\nFROM img:$V\nARG V\nRUN x\n");
    assertThat(plan.target().base()).isEqualTo(new Origin.Image("img:7"));
    assertThat(((Operation.Run) last(plan)).environment().env()).containsEntry("V", "7");
  }

  @Test
  void aGlobalArgIsNotSeenWhereItIsNotDeclared() {
    Operation.Run run = (Operation.Run) last(plan("ARG V=7\nFROM a\nRUN x\n"));
    assertThat(run.environment().env()).doesNotContainKey("V");
  }

  @Test
  void envWinsOverAnArgOfTheSameName() {
    Operation.Run run = (Operation.Run) last(plan("FROM a\nARG V=1\nENV V=2\nRUN x\n"));
    assertThat(run.environment().env()).containsEntry("V", "2");
  }

  @Test
  void proxySettingsReachRunButNotItsKey() {
    Operation.Run run =
        (Operation.Run) last(plan("FROM a\nRUN x\n", Map.of("http_proxy", "http://p")));
    assertThat(run.environment().env()).containsEntry("http_proxy", "http://p");
    assertThat(run.environment().keyed()).doesNotContainKey("http_proxy");
  }

  @Test
  void unusedBuildArgsAreTold() {
    assertThat(plan("FROM a\nARG V\n", Map.of("V", "1", "W", "2")).unusedArgs())
        .containsExactly("W");
  }

  @Test
  void shellChangesTheShellForm() {
    Operation.Run run = (Operation.Run) last(plan("FROM a\nSHELL [\"/bin/ash\", \"-x\"]\nRUN y\n"));
    assertThat(run.argv()).containsExactly("/bin/ash", "-x", "y");
  }

  @Test
  void anEntrypointForgetsTheCommandOfTheBase() {
    assertThat(plan("FROM a\nENTRYPOINT [\"e\"]\n").target().settings().command()).isNull();
    assertThat(plan("FROM a\nCMD [\"c\"]\nENTRYPOINT [\"e\"]\n").target().settings().command())
        .containsExactly("c");
  }

  @Test
  void workdirsAreRelativeToEachOther() {
    assertThat(plan("FROM a\nWORKDIR /a\nWORKDIR b\n").target().settings().workdir())
        .isEqualTo("/a/b");
  }

  @Test
  void copyIsRelativeToTheWorkdir() {
    Operation.Copy copy = (Operation.Copy) last(plan("FROM a\nWORKDIR /w\nCOPY x ./\n"));
    assertThat(copy.placement().destination()).isEqualTo("/w/");
  }

  @Test
  void exposeTakesRangesAndVariables() {
    Settings settings = plan("FROM a\nENV P=\"80 81\"\nEXPOSE $P 90-91/udp\n").target().settings();
    assertThat(settings.exposedPorts()).containsExactly("80/tcp", "81/tcp", "90/udp", "91/udp");
  }

  @Test
  void labelsOfTheRequestAreAdded() {
    assertThat(plan("FROM a\nLABEL x=y\n").target().settings().labels())
        .containsEntry("x", "y")
        .containsEntry("extra", "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM a\nENV X=${Y:?no}",
        "FROM a\nCOPY a b /c",
        "FROM a\nCOPY --from=1 a /c",
        "FROM a\nCOPY --chmod=go-z a /c",
        "FROM a\nEXPOSE 70000",
        "FROM a\nEXPOSE x",
        "FROM a\nSTOPSIGNAL no such",
        "FROM a\nWORKDIR ${X",
        "FROM ${NOPE}\nRUN x",
        "FROM --platform=linux/riscv64 a\nRUN x",
      })
  void whatCannotBeIsFoundBeforeAnythingRuns(String text) {
    assertThat(refused(text).line()).isBetween(1, 2);
  }
}
