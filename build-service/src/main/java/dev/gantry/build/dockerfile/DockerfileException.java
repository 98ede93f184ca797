package dev.gantry.build.dockerfile;

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

  /** The instruction does not follow the grammar. */
  public static DockerfileException syntax(At at, String message) {
    return syntax(at, at.spot(), message);
  }

  /** A part of an instruction does not follow the grammar. */
  public static DockerfileException syntax(At at, At.Spot spot, String message) {
    return new DockerfileException(
        DockerfileProblem.of(DockerfileProblem.Kind.SYNTAX, at, spot, message));
  }

  /** A part of an instruction asks for something that is not supported. */
  public static DockerfileException unsupported(At at, At.Spot spot, String message) {
    return new DockerfileException(
        DockerfileProblem.of(DockerfileProblem.Kind.UNSUPPORTED, at, spot, message));
  }

  /** The same with what would be right. */
  public DockerfileException hint(String text) {
    return new DockerfileException(problem.withHint(text));
  }

  /** What is wrong and where. */
  public DockerfileProblem problem() {
    return problem;
  }
}
