package dev.gantry.build.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parses what tests write. */
final class Dockerfiles {
  private Dockerfiles() {}

  static ParseOutcome outcome(String text) {
    return DockerfileParser.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8));
  }

  static Dockerfile parsed(String text) {
    return switch (outcome(text)) {
      case ParseOutcome.Parsed parsed -> parsed.dockerfile();
      case ParseOutcome.Refused refused -> throw new AssertionError(refused.problems());
    };
  }

  static List<DockerfileProblem> problems(String text) {
    return switch (outcome(text)) {
      case ParseOutcome.Parsed parsed -> throw new AssertionError(parsed.dockerfile());
      case ParseOutcome.Refused refused -> refused.problems();
    };
  }

  static DockerfileProblem refused(String text) {
    return problems(text).getFirst();
  }

  /** The instruction after a FROM. */
  static Instruction one(String text) {
    return parsed("FROM scratch\n" + text).stages().getFirst().instructions().getFirst();
  }

  static Command command(String text) {
    return ((Instruction.Run) one(text)).command();
  }

  static List<DockerfileWarning.Rule> rules(String text) {
    return parsed(text).warnings().stream().map(DockerfileWarning::rule).toList();
  }
}
