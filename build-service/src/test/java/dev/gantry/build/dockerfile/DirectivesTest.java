package dev.gantry.build.dockerfile;

import static dev.gantry.build.dockerfile.Dockerfiles.parsed;
import static dev.gantry.build.dockerfile.Dockerfiles.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectivesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker/dockerfile",
        "docker/dockerfile:1",
        "docker/dockerfile:1.7-labs",
        "docker.io/docker/dockerfile:1.4",
        "docker/dockerfile-upstream:master",
        "docker/dockerfile:1@sha256:"
            + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "docker/dockerfile:1 --with arguments"
      })
  void theBuiltInSyntaxIsAccepted(String value) {
    assertThat(parsed("# syntax=" + value + "\nFROM scratch\n").stages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com/other:1",
        "docker/dockerfiles",
        "example.com/docker/dockerfile:1",
        "dockerfile",
        "docker/dockerfile:1@sha256:12"
      })
  void anotherSyntaxIsRefusedAtItsLine(String value) {
    DockerfileProblem problem = refused("#syntax=" + value + "\nFROM scratch\n");
    assertThat(problem.kind()).isEqualTo(DockerfileProblem.Kind.UNSUPPORTED);
    assertThat(problem.line()).isEqualTo(1);
    assertThat(problem.message()).contains(value);
  }

  @Test
  void aSyntaxAfterAnInterpreterLineCounts() {
    assertThat(refused("#!/usr/bin/env build\n# syntax=other\nFROM scratch\n").line()).isEqualTo(2);
  }

  @Test
  void spacesAndCaseOfADirectiveDoNotMatter() {
    assertThat(parsed("#  EsCaPe  =  `  \nFROM scratch\n").escape()).isEqualTo('`');
  }

  @Test
  void theEscapeContinuesLines() {
    Dockerfile file = parsed("# escape=`\nFROM scratch\nRUN a `\n b\nRUN c \\\n");
    assertThat(file.stages().getFirst().instructions())
        .extracting(each -> ((Instruction.Run) each).command())
        .containsExactly(new Command.Shell("a  b"), new Command.Shell("c \\"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"# hello\n", "\n", "# unknown=x\n", "FROM scratch AS a\n"})
  void whateverElseComesFirstEndsTheDirectives(String before) {
    assertThat(parsed(before + "# escape=`\nFROM scratch\n").escape()).isEqualTo('\\');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# escape=x",
        "# escape=``",
        "# escape=`\n# escape=`",
        "# syntax=docker/dockerfile:1\n# syntax=docker/dockerfile:1",
        "# check=nope",
        "# check=error=perhaps"
      })
  void aWrongDirectiveIsRefusedWithWhatWouldBeRight(String text) {
    DockerfileProblem problem = refused(text + "\nFROM scratch\n");
    assertThat(problem.line()).isEqualTo((int) text.lines().count());
    assertThat(problem.spot().source()).isEqualTo(text.lines().toList().getLast());
  }

  @Test
  void aCheckMayBeSkipped() {
    String text = "FROM scratch AS Build\nMAINTAINER me\n";
    assertThat(Dockerfiles.rules("# check=skip=StageNameCasing\n" + text))
        .containsExactly(DockerfileWarning.Rule.MAINTAINER_DEPRECATED);
    assertThat(Dockerfiles.rules("# check=skip=all\n" + text)).isEmpty();
  }

  @Test
  void aWarningMayBeMadeAnError() {
    DockerfileProblem problem = refused("# check=error=true\nFROM scratch\nMAINTAINER me\n");
    assertThat(problem.line()).isEqualTo(3);
    assertThat(problem.message()).contains("MaintainerDeprecated");
  }

  @Test
  void whatIsSkippedIsNoError() {
    assertThat(
            parsed("# check=skip=MaintainerDeprecated;error=true\nFROM scratch\nMAINTAINER me\n")
                .stages())
        .hasSize(1);
  }
}
