package dev.gantry.build.dockerfile;

import static dev.gantry.build.dockerfile.Dockerfiles.problems;
import static dev.gantry.build.dockerfile.Dockerfiles.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileProblemTest {
  @Test
  void everythingIsTold() {
    assertThat(refused("FROM a\n\n  COPPY x /y\n").describe("app/Dockerfile"))
        .isEqualTo(
            "app/Dockerfile line 3, column 3: unknown instruction: COPPY (did you mean COPY?)\n"
                + "  3 |   COPPY x /y\n"
                + "    |   ^");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUM x|did you mean RUN?",
        "FORM x|did you mean FROM?",
        "HEALTCHECK NONE|did you mean HEALTHCHECK?",
        "COPY --fron=x a b|did you mean --from?",
        "COPY --lnk a b|did you mean --link?",
        "CMD --x|CMD has no flags",
        "WORKDIR|the form is WORKDIR PATH",
        "RUN --network=nope x|it is default, none or host",
      })
  void whatWouldBeRightIsTold(String text, String hint) {
    assertThat(refused("FROM a\n" + text).hint()).isEqualTo(hint);
  }

  @Test
  void theColumnIsThatOfThePart() {
    DockerfileProblem problem = refused("FROM a\nCOPY \\\n  --link \\\n  --nope a b\n");
    assertThat(problem.line()).isEqualTo(4);
    assertThat(problem.spot().column()).isEqualTo(3);
    assertThat(problem.spot().source()).isEqualTo("  --nope a b");
  }

  @Test
  void theLinesOfTheInstructionAreTold() {
    DockerfileProblem problem = refused("FROM a\nRUN --x \\\n y \\\n z\n");
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.lineEnd()).isEqualTo(4);
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    assertThat(problems("FROM a\nRUM x\nRUN y\nENV\nFROM\nCOPY a\n"))
        .extracting(DockerfileProblem::line)
        .containsExactly(2, 4, 5, 6);
  }

  @Test
  void aLongLineIsShownInPart() {
    String excerpt = refused("FROM a\nRUN --nope " + "x".repeat(60_000)).describe("Dockerfile");
    assertThat(excerpt.length()).isLessThan(600);
  }

  @Test
  void aTabBeforeTheColumnDoesNotShiftTheMark() {
    assertThat(refused("FROM a\n\tRUM x\n").describe("D")).endsWith("  2 |  RUM x\n    |  ^");
  }
}
