package dev.gantry.build.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.build.dockerfile.DockerfileProblem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileCheckTest {
  private static DockerfileCheck check(String text) {
    return DockerfileCheck.of(
        "Dockerfile", text.getBytes(StandardCharsets.UTF_8), Plans.options().build());
  }

  @Test
  void aFileThatCanBeBuiltIsShownInstructionByInstruction() {
    DockerfileCheck check = check("FROM node:20\nRUN npm ci\n");
    assertThat(check.valid()).isTrue();
    assertThat(check.document().at("/valid").asBoolean()).isTrue();
    assertThat(check.document().at("/dockerfile/stages/0/base").asText()).isEqualTo("node:20");
    assertThat(check.document().at("/errors")).isEmpty();
  }

  @Test
  void allThatIsWrongWithTheTextIsTold() {
    DockerfileCheck check = check("FROM a\nRUM x\nCOPY y\n");
    assertThat(check.valid()).isFalse();
    assertThat(check.document().at("/errors/1/line").asInt()).isEqualTo(3);
    assertThat(check.document().has("dockerfile")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM a\nEXPOSE x\nFROM b\n",
        "FROM a\nCOPY --from=3 x /\n",
        "FROM a\nRUN --mount=type=nope x\n",
        "FROM a\nENV X=${Y\n"
      })
  void whatIsWrongWithAnyStageIsTold(String text) {
    assertThat(check(text).document().at("/errors/0/line").asInt()).isEqualTo(2);
  }

  @Test
  void allThatCannotBePlannedIsTold() {
    DockerfileCheck check = check("FROM a\nEXPOSE x\nENV X=${y:?no}\nFROM b\nEXPOSE 99999999\n");
    assertThat(check.problems()).extracting(DockerfileProblem::line).containsExactly(2, 3, 5);
  }

  @Test
  void allStagesThatAreNotThereAreTold() {
    DockerfileCheck check = check("FROM a\nCOPY --from=7 x /\nCOPY --from=8 x /\n");
    assertThat(check.problems()).extracting(DockerfileProblem::line).containsExactly(2, 3);
  }

  @Test
  void aBaseThatHasNoNameWithoutABuildArgumentIsAWarning() {
    DockerfileCheck check =
        DockerfileCheck.of(
            "Dockerfile",
            "ARG TAG\nFROM busybox:$TAG\n".getBytes(StandardCharsets.UTF_8),
            Plans.options().buildArgs(Map.of("TAG", "1")).build());
    assertThat(check.document().at("/warnings/0/rule").asText())
        .isEqualTo("InvalidDefaultArgInFrom");
  }

  @Test
  void warningsAreNoErrors() {
    DockerfileCheck check = check("FROM a\nMAINTAINER x\n");
    assertThat(check.valid()).isTrue();
    assertThat(check.document().at("/warnings/0/rule").asText()).isEqualTo("MaintainerDeprecated");
  }

  @Test
  void whatTheBaseMayBringAlongIsNotMissed() {
    assertThat(check("FROM a\nENV X=$FROM_THE_BASE\n").warnings()).isEmpty();
    assertThat(check("FROM scratch\nENV X=$FROM_NOWHERE\n").warnings()).hasSize(1);
  }
}
