package dev.gantry.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileParserTest {
  private static Dockerfile parsed(String text) {
    return switch (DockerfileParser.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8))) {
      case ParseOutcome.Parsed parsed -> parsed.dockerfile();
      case ParseOutcome.Refused refused -> throw new AssertionError(refused.problem());
    };
  }

  private static DockerfileProblem refused(String text) {
    return switch (DockerfileParser.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8))) {
      case ParseOutcome.Parsed parsed -> throw new AssertionError(parsed.dockerfile());
      case ParseOutcome.Refused refused -> refused.problem();
    };
  }

  /** The instruction after a FROM. */
  private static Instruction one(String text) {
    return parsed("FROM scratch\n" + text).stages().getFirst().instructions().getFirst();
  }

  private static Command command(String text) {
    return ((Instruction.Run) one(text)).command();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "RUN echo hi|echo hi",
        "run echo hi|echo hi",
        "  RUN   echo  hi  |echo  hi",
        "RUN [echo, hi]|[echo, hi]",
        "RUN [\"a\",|[\"a\",",
        "~RUN a \\\n  b~|~a   b~",
        "~RUN a \\\n# comment\n\n  b~|~a   b~",
        "~RUN a \\   \nb~|~a b~",
        "~RUN a \\\\\nENV b c~|~a \\\\~",
      })
  void shellFormsAreTakenAsTheyStand(String text, String line) {
    assertThat(command(text)).isEqualTo(new Command.Shell(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RUN [\"a\",\"b c\"]", "RUN [ \"a\", \"b c\" ]", "RUN \\\n [\"a\",\"b c\"]"})
  void jsonIsTheExecForm(String text) {
    assertThat(command(text)).isEqualTo(new Command.Exec(List.of("a", "b c")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "RUN --security=insecure x|2|RUN",
        "~RUN a\nRUN b\nRUN --device=x y~|4|RUN",
      })
  void whatIsNotSupportedIsNamed(String text, int line, String instruction) {
    DockerfileProblem problem = refused("FROM scratch\n" + text);
    assertThat(problem.kind()).isEqualTo(DockerfileProblem.Kind.UNSUPPORTED);
    assertThat(problem.line()).isEqualTo(line);
    assertThat(problem.instruction()).isEqualTo(instruction);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOPE x",
        "RUN",
        "COPY a",
        "ENV",
        "ENV A",
        "ENV A=b c",
        "ENV =b",
        "LABEL x=1 y",
        "SHELL sh",
        "RUN [\"a\", 1]",
        "COPY --chown a /",
        "COPY --from=$X a /",
        "FROM",
        "FROM a b",
        "FROM a AS 1x",
        "VOLUME",
        "EXPOSE",
        "WORKDIR",
        "COPY --chown=a --chown=b a /",
        "ARG =x",
        "RUN <<EOF\nnever closed"
      })
  void whatIsWrongIsRefused(String text) {
    DockerfileProblem problem = refused("FROM scratch\n" + text);
    assertThat(problem.kind()).isEqualTo(DockerfileProblem.Kind.SYNTAX);
    assertThat(problem.line()).isEqualTo(2);
  }

  @Test
  void theBuiltInSyntaxIsAccepted() {
    assertThat(parsed("# syntax=docker/dockerfile:1.7-labs\nFROM scratch\n").stages()).hasSize(1);
  }

  @Test
  void anotherSyntaxIsRefusedAtItsLine() {
    assertThat(refused("# syntax = example.com/other:1\nFROM scratch\n").line()).isEqualTo(1);
  }

  @Test
  void theEscapeDirectiveChangesTheEscape() {
    Dockerfile file = parsed("# escape=`\nFROM scratch\nRUN a `\n b\n");
    assertThat(((Instruction.Run) file.stages().getFirst().instructions().getFirst()).command())
        .isEqualTo(new Command.Shell("a  b"));
  }

  @Test
  void aDirectiveAfterACommentIsAComment() {
    assertThat(parsed("# hello\n# escape=`\nFROM scratch\n").escape()).isEqualTo('\\');
  }

  @Test
  void envTakesPairsOrOneNameAndTheRest() {
    assertThat(((Instruction.Env) one("ENV A=b C=\"d e\" F=g\\ h")).pairs())
        .containsExactly(
            new NameValue("A", "b"), new NameValue("C", "\"d e\""), new NameValue("F", "g\\ h"));
    assertThat(((Instruction.Env) one("ENV A b  c=d")).pairs())
        .containsExactly(new NameValue("A", "b  c=d"));
  }

  @Test
  void copyKnowsItsFlags() {
    Instruction.Copy copy =
        (Instruction.Copy) one("COPY --from=build --chown=1:2 --chmod=755 a b /c/");
    assertThat(copy.flags())
        .isEqualTo(
            new Instruction.CopyFlags(
                "build", false, new Instruction.PlacementFlags("1:2", "755", false, List.of())));
    assertThat(copy.sources()).containsExactly("a", "b");
    assertThat(copy.destination()).isEqualTo("/c/");
  }

  @Test
  void copyTakesNamesWithBlanksAsJson() {
    Instruction.Copy copy = (Instruction.Copy) one("COPY [\"a b\", \"/c d\"]");
    assertThat(copy.sources()).containsExactly("a b");
  }

  @Test
  void aLoneHeredocIsTheScript() {
    assertThat(command("RUN <<EOF\none\ntwo\nEOF\n")).isEqualTo(new Command.Shell("one\ntwo\n"));
  }

  @Test
  void aHeredocWithinACommandIsTheShells() {
    assertThat(command("RUN cat <<EOF > /x\none\nEOF\n"))
        .isEqualTo(new Command.Shell("cat <<EOF > /x\none\nEOF"));
  }

  @Test
  void tabsBeforeAHeredocsLinesGoWhereAsked() {
    assertThat(command("RUN <<-EOF\n\tone\n\tEOF\n")).isEqualTo(new Command.Shell("one\n"));
  }

  @Test
  void whatOnlyLooksLikeAHeredocIsNone() {
    assertThat(command("RUN echo \"<<EOF\" '<<X' $((1<<2))"))
        .isEqualTo(new Command.Shell("echo \"<<EOF\" '<<X' $((1<<2))"));
  }

  @Test
  void stagesHaveNamesInLowerCase() {
    assertThat(parsed("FROM a AS Build\nFROM build\n").stages().getFirst().label())
        .isEqualTo("build");
  }

  @Test
  void anInstructionBeforeFromIsRefused() {
    assertThat(refused("RUN x\nFROM a\n").line()).isEqualTo(1);
  }

  @Test
  void onlyArgMayStandBeforeFrom() {
    assertThat(parsed("ARG A=1\nFROM a\n").globals()).hasSize(1);
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsAreNoMatter() {
    assertThat(parsed("\uFEFFFROM a\r\nRUN x\r\n").stages().getFirst().instructions()).hasSize(1);
  }

  @Test
  void anOverlongLineIsRefused() {
    assertThat(refused("FROM a\nRUN " + "x".repeat(70_000)).line()).isEqualTo(2);
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThat(refused("# nothing\n").message()).contains("no FROM");
  }
}
