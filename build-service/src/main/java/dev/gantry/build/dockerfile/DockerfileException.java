package dev.gantry.build.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * Carries a {@link DockerfileProblem} out of the recursive descent; {@link DockerfileParser} and
 * the planner turn it into a result, so callers of those never see it.
 */
public final class DockerfileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient DockerfileProblem problem;

  /** Carries the given problem. */
  public DockerfileException(DockerfileProblem problem) {
    super("line " + problem.line() + ": " + problem.message(), null, false, false);
    this.problem = problem;
  }

  /** The text does not follow the grammar. */
  public static DockerfileException syntax(int line, @Nullable String instruction, String message) {
    return new DockerfileException(
        new DockerfileProblem(DockerfileProblem.Kind.SYNTAX, line, instruction, message));
  }

  /** The text asks for something that is not supported. */
  public static DockerfileException unsupported(
      int line, @Nullable String instruction, String message) {
    return new DockerfileException(
        new DockerfileProblem(DockerfileProblem.Kind.UNSUPPORTED, line, instruction, message));
  }

  /** What is wrong and where. */
  public DockerfileProblem problem() {
    return problem;
  }
}
