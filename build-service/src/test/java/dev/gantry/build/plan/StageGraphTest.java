package dev.gantry.build.plan;

import static dev.gantry.build.plan.Plans.plan;
import static dev.gantry.build.plan.Plans.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StageGraphTest {
  private static BuildPlan targets(String text, String... names) {
    return Plans.plan(text, Plans.options().targets(List.of(names)).build(), image -> Plans.base());
  }

  @Test
  void severalTargetsAreBuiltTogether() {
    BuildPlan plan = targets("FROM a AS x\nFROM x AS y\nFROM b AS z\nFROM c AS w\n", "z", "y");
    assertThat(plan.targets()).extracting(PlannedStage::label).containsExactly("z", "y");
    assertThat(plan.stages()).extracting(PlannedStage::label).containsExactly("x", "y", "z");
  }

  @ParameterizedTest
  @CsvSource({"X,x", "1,y", "y,y", "'',2"})
  void aTargetIsNamedInAnyCaseOrByIndex(String target, String label) {
    assertThat(targets("FROM a AS x\nFROM b AS y\nFROM c\n", target).target().label())
        .isEqualTo(label);
  }

  @Test
  void anUnknownTargetIsRefusedWithThoseThatThereAre() {
    assertThat(
            refused("FROM a AS x\nFROM b\n", Plans.options().targets(List.of("n")).build()).hint())
        .isEqualTo("stages are x, 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "BUILD", "0"})
  void aBaseIsAStageByNameOrIndex(String base) {
    assertThat(plan("FROM a AS build\nFROM " + base + "\n").target().base())
        .isEqualTo(new Origin.Earlier(0));
  }

  @Test
  void aBaseMayBeADigest() {
    String image = "r/i@sha256:" + "0123456789abcdef".repeat(4);
    assertThat(plan("FROM " + image + "\n").target().base()).isEqualTo(new Origin.Image(image));
  }

  @Test
  void aStageOfItsOwnNameBeginsWithTheImage() {
    assertThat(plan("FROM debian AS debian\n").target().base())
        .isEqualTo(new Origin.Image("debian"));
  }

  @Test
  void ofStagesWithOneNameTheLastIsMeant() {
    assertThat(plan("FROM a AS x\nFROM b AS x\nFROM x\n").target().base())
        .isEqualTo(new Origin.Earlier(1));
  }

  @Test
  void mountsAndCopiesMakeStagesNeeded() {
    BuildPlan plan =
        plan(
            "FROM a AS x\nFROM a AS y\nFROM a AS n\nFROM b\n"
                + "COPY --from=0 f /\nRUN --mount=from=y,target=/m x\n");
    assertThat(plan.stages()).extracting(PlannedStage::label).containsExactly("x", "y", "3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux/amd64", "amd64", "linux", "linux/x86_64", "$TARGETPLATFORM"})
  void thePlatformOfThisHostIsAccepted(String platform) {
    assertThat(plan("FROM --platform=" + platform + " a\n").stages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux/arm64", "arm64", "windows", "windows/amd64", "linux/amd64/v3"})
  void anotherPlatformIsNot(String platform) {
    assertThat(refused("FROM --platform=" + platform + " a\n").hint())
        .isEqualTo("this host is linux/amd64");
  }

  @ParameterizedTest
  @CsvSource({
    "FROM a AS x;COPY --from=x f /,circular dependency",
    "FROM a;COPY --from=y f /;FROM b AS y;FROM 0,needs to be defined before",
    "FROM a;COPY --from=5 f /,no such earlier stage",
    "FROM ${nope},should not be blank",
    "FROM --platform=$nope a,empty platform",
  })
  void aGraphThatCannotBeIsRefused(String text, String message) {
    assertThat(refused(text.replace(";", "\n")).message()).contains(message);
  }
}
