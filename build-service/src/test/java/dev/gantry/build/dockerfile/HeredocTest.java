package dev.gantry.build.dockerfile;

import static dev.gantry.build.dockerfile.Dockerfiles.command;
import static dev.gantry.build.dockerfile.Dockerfiles.one;
import static dev.gantry.build.dockerfile.Dockerfiles.parsed;
import static dev.gantry.build.dockerfile.Dockerfiles.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeredocTest {
  private static Instruction.Copy copy(String text) {
    return (Instruction.Copy) one(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<<EOF", "<<'EOF'", "<<\"EOF\"", "<<-EOF", "<< EOF", "<<E\"O\"F"})
  void aloneItIsTheScript(String start) {
    assertThat(command("RUN " + start + "\none\n\ntwo # no comment\nEOF\n"))
        .isEqualTo(new Command.Shell("one\n\ntwo # no comment\n"));
  }

  @Test
  void withAnInterpreterItIsAFileToExecute() {
    assertThat(command("RUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF\n"))
        .isEqualTo(new Command.Script("EOF", "#!/usr/bin/env python3\nprint()\n"));
  }

  @Test
  void theTabsBeforeAnInterpreterGoWhereAsked() {
    assertThat(command("RUN <<-EOF\n\t#!/bin/sh\n\tx\n\tEOF\n"))
        .isEqualTo(new Command.Script("EOF", "#!/bin/sh\nx\n"));
  }

  @Test
  void withinACommandItIsTheShells() {
    assertThat(command("RUN cat <<A > /x && cat 3<<B\none\nA\ntwo\nB\n"))
        .isEqualTo(new Command.Shell("cat <<A > /x && cat 3<<B\none\nA\ntwo\nB"));
  }

  @Test
  void flagsStandBeforeIt() {
    Instruction.Run run =
        (Instruction.Run) one("RUN --network=none --mount=type=tmpfs,target=/t <<EOF\nx\nEOF\n");
    assertThat(run.command()).isEqualTo(new Command.Shell("x\n"));
    assertThat(run.flags().mounts()).containsExactly("type=tmpfs,target=/t");
  }

  @Test
  void variablesInARunAreTheShells() {
    assertThat(command("RUN <<EOF\necho $X ${Y}\nEOF\n"))
        .isEqualTo(new Command.Shell("echo $X ${Y}\n"));
  }

  @ParameterizedTest
  @CsvSource({"<<EOF,true", "<<-EOF,true", "<<'EOF',false", "<<\"EOF\",false", "<<E'O'F,false"})
  void aQuotedDelimiterMeansThatNothingIsExpanded(String start, boolean expand) {
    Heredoc heredoc = copy("COPY " + start + " /f\nx $Y\nEOF\n").heredocs().getFirst();
    assertThat(heredoc.expand()).isEqualTo(expand);
    assertThat(heredoc.content()).isEqualTo("x $Y\n");
  }

  @Test
  void severalAreFilesOfTheirNames() {
    Instruction.Copy copy = copy("COPY a <<ONE b <<TWO /d/\n1\nONE\n2\nTWO\n");
    assertThat(copy.sources()).containsExactly("a", "b");
    assertThat(copy.destination()).isEqualTo("/d/");
    assertThat(copy.heredocs())
        .extracting(Heredoc::name, Heredoc::content)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ONE", "1\n"),
            org.assertj.core.groups.Tuple.tuple("TWO", "2\n"));
  }

  @Test
  void addTakesThemToo() {
    assertThat(((Instruction.Add) one("ADD <<EOF /f\nx\nEOF\n")).heredocs()).hasSize(1);
  }

  @Test
  void aTriggerKeepsItsBody() {
    assertThat(((Instruction.Onbuild) one("ONBUILD RUN <<EOF\nx\nEOF\n")).trigger())
        .isEqualTo("RUN <<EOF\nx\nEOF");
  }

  @Test
  void whatFollowsIsTheNextInstruction() {
    assertThat(parsed("FROM a\nRUN <<EOF\nx\nEOF\nRUN y\n").stages().getFirst().instructions())
        .extracting(each -> each.at().line())
        .containsExactly(2, 5);
  }

  @Test
  void carriageReturnsInItAreContent() {
    assertThat(copy("COPY <<EOF /f\r\na\r\nb\r\nEOF\r\n").heredocs().getFirst().content())
        .isEqualTo("a\r\nb\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RUN echo \"<<EOF\" '<<X' $((1<<2))",
        "RUN cat <<<here",
        "RUN echo a\\<\\<EOF",
        "RUN [\"cat\", \"<<EOF\"]",
        "RUN echo 'it is' \"<<\"",
        "CMD cat <<EOF",
        "ENV A=<<EOF",
        "ONBUILD CMD cat <<EOF",
        "RUN echo \"unclosed <<EOF",
      })
  void whatOnlyLooksLikeOneIsNone(String text) {
    assertThat(one(text).at().lineEnd()).isEqualTo(2);
  }

  @Test
  void oneThatDoesNotEndIsRefusedWhereItBegins() {
    DockerfileProblem problem = refused("FROM a\nRUN x\nRUN cat <<EOF\ny\n EOF\n");
    assertThat(problem.line()).isEqualTo(3);
    assertThat(problem.spot().column()).isEqualTo(9);
    assertThat(problem.hint()).contains("EOF");
  }

  @Test
  void itCannotBeTheDestination() {
    assertThat(refused("FROM a\nCOPY x <<EOF\nEOF\n").message()).contains("destination");
  }
}
