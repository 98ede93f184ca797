package dev.gantry.build.plan;

import static dev.gantry.build.plan.Plans.env;
import static dev.gantry.build.plan.Plans.plan;
import static dev.gantry.build.plan.Plans.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.build.dockerfile.DockerfileWarning;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgScopeTest {
  @Test
  void severalArgsStandInOneInstruction() {
    BuildPlan plan =
        plan(
            "ARG a1=\"foo bar\" a2=box\nARG a3=\"$a2-foo\"\nFROM busy$a2 AS build\n"
                + "ARG a3 a4=\"123 456\" a1\nRUN x\n");
    assertThat(plan.target().base()).isEqualTo(new Origin.Image("busybox"));
    assertThat(env(plan))
        .containsEntry("a1", "foo bar")
        .containsEntry("a3", "box-foo")
        .containsEntry("a4", "123 456")
        .doesNotContainKey("a2");
  }

  @Test
  void anArgIsSeenFromWhereItIsDeclared() {
    BuildPlan plan = plan("FROM a\nUSER ${u:-none}\nARG u=me\nUSER $u\nRUN x\n");
    assertThat(plan.target().steps().get(1).canonical()).isEqualTo("USER none");
    assertThat(plan.target().settings().user()).isEqualTo("me");
  }

  @Test
  void anArgEndsWithItsStage() {
    assertThat(env(plan("FROM a\nARG v=1\nFROM b\nRUN x\n"))).doesNotContainKey("v");
  }

  @Test
  void aStageGoesOnWithTheArgsOfTheStageItBeginsWith() {
    assertThat(env(plan("FROM a AS b\nARG v=1\nFROM b\nRUN x\n"))).containsEntry("v", "1");
  }

  @Test
  void theLaterOfArgAndEnvWins() {
    assertThat(env(plan("FROM a\nARG v=1\nENV v=2\nRUN x\n"))).containsEntry("v", "2");
    assertThat(env(plan("FROM a\nENV v=2\nARG v=1\nRUN x\n"))).containsEntry("v", "1");
  }

  @Test
  void anArgOverAnEnvDoesNotReachTheImage() {
    assertThat(plan("FROM a\nENV v=2\nARG v=1\n").target().settings().env())
        .containsEntry("v", "2");
  }

  @Test
  void anArgWithoutAValueLeavesAnEnvAsItIs() {
    assertThat(env(plan("FROM a\nENV v=2\nARG v\nRUN x\n"))).containsEntry("v", "2");
  }

  @Test
  void anEmptyArgIsSetAndOneWithoutAValueIsNot() {
    assertThat(env(plan("FROM a\nARG e=\nARG n\nRUN x\n")))
        .containsEntry("e", "")
        .doesNotContainKey("n");
  }

  @ParameterizedTest
  @CsvSource({"'', def", "given, given"})
  void aDefaultOfAnEnvTakesAnEmptyBuildArgForNone(String given, String expected) {
    assertThat(env(plan("FROM a\nARG v\nENV w=${v:-def}\nRUN x\n", Map.of("v", given))))
        .containsEntry("w", expected);
  }

  @Test
  void aBuildArgWinsOverTheDefault() {
    assertThat(env(plan("FROM a\nARG v=1\nRUN x\n", Map.of("v", "2")))).containsEntry("v", "2");
  }

  @Test
  void aDefaultWinsOverTheGlobalOne() {
    assertThat(env(plan("ARG v=1\nFROM a\nARG v=2\nRUN x\n"))).containsEntry("v", "2");
  }

  @Test
  void aBuildArgThatNobodyDeclaresReachesNothing() {
    assertThat(env(plan("FROM a\nRUN x\n", Map.of("v", "2")))).doesNotContainKey("v");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ARG FOO=${FOO:?\"custom error\"}\nFROM a\n",
        "FROM a\nARG FOO\nARG BAR=${FOO:?\"custom error\"}\n",
        "FROM a\nARG FOO=${FOO:?\"custom error\"}\n"
      })
  void aDefaultThatMayNotBeUnsetIsRefusedUnlessAValueIsGiven(String text) {
    assertThat(refused(text).message()).isEqualTo("FOO: custom error");
    assertThat(plan(text, Map.of("FOO", "1")).stages()).hasSize(1);
  }

  @Test
  void aDefaultThatIsNotUsedIsNotLookedAt() {
    assertThat(plan("FROM a\nARG BAR=${FOO:?missing}\n", Map.of("BAR", "1")).stages()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "TARGETPLATFORM,linux/amd64",
    "TARGETOS,linux",
    "TARGETARCH,amd64",
    "TARGETVARIANT,''",
    "BUILDPLATFORM,linux/amd64",
    "BUILDOS,linux",
    "BUILDARCH,amd64",
    "TARGETSTAGE,final"
  })
  void whatDockerDefinesIsSeenWhereItIsDeclared(String name, String value) {
    BuildPlan plan = plan("FROM a AS final\nARG " + name + "\nRUN x\n");
    assertThat(env(plan)).containsEntry(name, value);
    assertThat(env(plan("FROM a AS final\nRUN x\n"))).doesNotContainKey(name);
  }

  @Test
  void whatDockerDefinesIsSeenInFromUndeclared() {
    assertThat(plan("FROM img-${TARGETARCH}\n").target().base())
        .isEqualTo(new Origin.Image("img-amd64"));
  }

  @Test
  void theTargetStageIsTheOneThatWasAskedFor() {
    String text = "FROM a AS b\nARG TARGETSTAGE\nRUN x\nFROM b AS c\nFROM b\n";
    BuildOptions c = Plans.options().targets(List.of("c")).build();
    assertThat(runEnv(Plans.plan(text, c, image -> Plans.base())))
        .containsEntry("TARGETSTAGE", "c");
    assertThat(runEnv(plan(text))).containsEntry("TARGETSTAGE", "default");
  }

  private static Map<String, String> runEnv(BuildPlan plan) {
    Operation run = plan.stages().getFirst().steps().get(2).operation();
    return ((Operation.Run) run).environment().env();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http_proxy", "HTTP_PROXY"})
  void aProxyIsSeenInBothCasesAndDecidesNothing(String name) {
    BuildPlan plan = plan("FROM a\nRUN x\n", Map.of(name, "p"));
    assertThat(env(plan)).containsEntry("http_proxy", "p").containsEntry("HTTP_PROXY", "p");
    assertThat(((Operation.Run) Plans.last(plan)).environment().keyed())
        .doesNotContainKeys("http_proxy", "HTTP_PROXY");
    assertThat(plan.target().settings().env()).doesNotContainKey(name);
    assertThat(plan.unusedArgs()).isEmpty();
  }

  @Test
  void aDeclaredProxyDecidesAboutTheCache() {
    BuildPlan plan = plan("FROM a\nARG http_proxy\nRUN x\n", Map.of("http_proxy", "p"));
    assertThat(((Operation.Run) Plans.last(plan)).environment().keyed())
        .containsEntry("http_proxy", "p");
  }

  @Test
  void unusedBuildArgsAreToldAndThoseWithAMeaningAreNot() {
    assertThat(
            plan(
                    "ARG G\nFROM a\nARG S\n",
                    Map.of(
                        "G",
                        "1",
                        "S",
                        "1",
                        "U",
                        "1",
                        "BUILDKIT_INLINE_CACHE",
                        "1",
                        "SOURCE_DATE_EPOCH",
                        "0"))
                .unusedArgs())
        .containsExactly("U");
  }

  @Test
  void anUndefinedVariableIsWarnedOf() {
    assertThat(plan("FROM a\nARG v\nENV x=$v y=$w z=${q:-1}\n").warnings())
        .extracting(DockerfileWarning::rule, DockerfileWarning::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                DockerfileWarning.Rule.UNDEFINED_VAR, "Usage of undefined variable '$w'"));
  }

  @Test
  void anUndefinedArgOfFromIsWarnedOf() {
    assertThat(plan("FROM a$x\n").warnings())
        .extracting(DockerfileWarning::rule)
        .containsExactly(DockerfileWarning.Rule.UNDEFINED_ARG_IN_FROM);
  }

  @Test
  void variablesThatGrowWithoutEndAreRefused() {
    String text = "FROM a\nENV a=" + "x".repeat(60_000) + "\n";
    String more = "ENV a=$a$a$a$a$a$a$a$a$a$a\n";
    assertThat(refused(text + more + more).message()).contains("longer than");
  }

  @Test
  void moreVariablesThanAnyoneNeedsAreRefused() {
    StringBuilder text = new StringBuilder("FROM a\nENV");
    for (int i = 0; i < 2000; i++) {
      text.append(" a").append(i).append("=1");
    }
    assertThat(refused(text.toString()).message()).contains("variables");
  }
}
