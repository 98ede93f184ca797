package dev.gantry.build.dockerfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a Dockerfile into a {@link Dockerfile}. The grammar is that of Docker's own
 * front end (moby/buildkit {@code frontend/dockerfile}). An instruction or flag that cannot be
 * executed is refused here, so that nothing runs of a file that cannot run to its end; every
 * instruction is looked at, so that all that is wrong is told at once. No text makes it throw, or
 * take more than time proportional to its length.
 */
public final class DockerfileParser {
  private static final int FILE_BYTES_MAX = 2 << 20;
  private static final int PROBLEMS_MAX = 100;

  private final Lexer lexer;
  private final List<DockerfileProblem> problems = new ArrayList<>();
  private final List<Instruction.Arg> globals = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private List<Instruction> body = new ArrayList<>();
  private Instruction.@Nullable From from;

  private DockerfileParser(Lexer lexer) {
    this.lexer = lexer;
  }

  /**
   * Parses a whole file.
   *
   * @param name the path by which problems name the file
   */
  public static ParseOutcome parse(String name, byte[] text) {
    try {
      return new DockerfileParser(new Lexer(decode(text))).parse(name);
    } catch (DockerfileException e) {
      return new ParseOutcome.Refused(List.of(e.problem()));
    }
  }

  private static String decode(byte[] text) {
    if (text.length > FILE_BYTES_MAX) {
      throw file("the file is longer than " + FILE_BYTES_MAX + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw file("the file is not UTF-8 text");
    }
  }

  private ParseOutcome parse(String name) {
    for (Statement statement : lexer.statements()) {
      try {
        take(statement);
      } catch (DockerfileException e) {
        problems.add(e.problem());
      }
      if (problems.size() == PROBLEMS_MAX) {
        break;
      }
    }
    endStage();
    if (problems.isEmpty() && stages.isEmpty()) {
      throw file("the file has no FROM instruction")
          .hint("a build stage begins with FROM IMAGE, or FROM scratch");
    }
    if (!problems.isEmpty()) {
      return new ParseOutcome.Refused(problems);
    }
    Checks checks = lexer.directives().checks();
    List<DockerfileWarning> warnings = new ArrayList<>(lexer.warnings());
    warnings.addAll(new TextChecks(stages).warnings());
    List<DockerfileWarning> wanted = checks.wanted(warnings);
    Optional<DockerfileProblem> problem = checks.problem(wanted);
    return problem.isPresent()
        ? new ParseOutcome.Refused(List.of(problem.get()))
        : new ParseOutcome.Parsed(
            new Dockerfile(name, lexer.directives().escape(), checks, globals, stages, wanted));
  }

  private void take(Statement statement) {
    boolean isFrom = statement.keyword().equals("FROM");
    if (isFrom) {
      endStage();
    }
    Instruction instruction = InstructionParser.parse(statement, lexer.directives().escape());
    if (instruction instanceof Instruction.From next) {
      from = next;
    } else if (from != null) {
      body.add(instruction);
    } else if (instruction instanceof Instruction.Arg arg && stages.isEmpty()) {
      globals.add(arg);
    } else if (problems.isEmpty()) {
      throw statement
          .syntax("no build stage in current context: FROM must come first")
          .hint("only ARG may stand before the first FROM");
    }
  }

  private void endStage() {
    if (from != null) {
      stages.add(new Stage(stages.size(), from, body));
      body = new ArrayList<>();
      from = null;
    }
  }

  /**
   * Parses an ONBUILD trigger of an image, which stands for an instruction at the FROM that pulls
   * it in.
   *
   * @throws DockerfileException where it is not one instruction
   */
  public static Instruction trigger(String text, Instruction.From from) {
    At at = from.at();
    try {
      Lexer lexer = new Lexer(text);
      List<Statement> statements = lexer.statements();
      if (statements.size() != 1) {
        throw DockerfileException.syntax(at, "an ONBUILD trigger is not one instruction: " + text);
      }
      Statement written = statements.getFirst();
      At here = new At(at.line(), at.lineEnd(), at.column(), written.at().text(), at.source());
      Statement moved =
          new Statement(written.keyword(), written.arguments(), here, written.heredocs());
      return InstructionParser.parse(moved, lexer.directives().escape());
    } catch (DockerfileException e) {
      DockerfileProblem problem = e.problem();
      throw new DockerfileException(
          new DockerfileProblem(
              problem.kind(),
              at.spot(),
              at.lineEnd(),
              "FROM",
              "the base's ONBUILD trigger \"" + text + "\": " + problem.message(),
              problem.hint()));
    }
  }

  private static DockerfileException file(String message) {
    return new DockerfileException(
        new DockerfileProblem(
            DockerfileProblem.Kind.SYNTAX, At.Spot.of(1, ""), 1, null, message, null));
  }
}
