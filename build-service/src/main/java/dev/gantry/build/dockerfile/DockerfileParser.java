package dev.gantry.build.dockerfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a Dockerfile into a {@link Dockerfile}. The grammar is that of Docker's own
 * front end (moby/buildkit {@code frontend/dockerfile}); an instruction or flag that cannot be
 * executed is refused here, so that nothing runs of a file that cannot run to its end.
 */
public final class DockerfileParser {
  private DockerfileParser() {}

  /**
   * Parses a whole file.
   *
   * @param name the path by which problems name the file
   */
  public static ParseOutcome parse(String name, byte[] text) {
    try {
      Lexer lexer = new Lexer(decode(text));
      List<Statement> statements = lexer.statements();
      return new ParseOutcome.Parsed(assemble(name, lexer.escape(), statements));
    } catch (DockerfileException e) {
      return new ParseOutcome.Refused(e.problem());
    }
  }

  private static String decode(byte[] text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw file("the file is not UTF-8 text");
    }
  }

  private static Dockerfile assemble(String name, char escape, List<Statement> statements) {
    List<Instruction.Arg> globals = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    List<Instruction> body = new ArrayList<>();
    Instruction.From from = null;
    for (Statement statement : statements) {
      Instruction instruction = InstructionParser.parse(statement, escape);
      if (instruction instanceof Instruction.From next) {
        if (from != null) {
          stages.add(new Stage(stages.size(), from, body));
          body = new ArrayList<>();
        }
        requireNewName(next, from, stages);
        from = next;
      } else if (from != null) {
        body.add(instruction);
      } else if (instruction instanceof Instruction.Arg arg) {
        globals.add(arg);
      } else {
        throw statement.syntax("no build stage in current context: FROM must come first");
      }
    }
    if (from == null) {
      throw file("the file has no FROM instruction")
          .hint("a build stage begins with FROM IMAGE, or FROM scratch");
    }
    stages.add(new Stage(stages.size(), from, body));
    return new Dockerfile(name, escape, globals, stages);
  }

  private static void requireNewName(
      Instruction.From next, Instruction.@Nullable From last, List<Stage> stages) {
    String name = next.name();
    if (name == null) {
      return;
    }
    if (stages.stream().anyMatch(stage -> name.equals(stage.from().name()))
        || (last != null && name.equals(last.name()))) {
      throw DockerfileException.syntax(next.at(), next.at().spot(name), "duplicate name " + name);
    }
  }

  private static DockerfileException file(String message) {
    return new DockerfileException(
        new DockerfileProblem(
            DockerfileProblem.Kind.SYNTAX, At.Spot.of(1, ""), 1, null, message, null));
  }
}
