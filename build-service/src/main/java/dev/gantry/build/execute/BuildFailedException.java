package dev.gantry.build.execute;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.DockerfileProblem;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.ReasonCode;
import org.jspecify.annotations.Nullable;

/** Ends a build that cannot succeed, with what to tell whoever asked for it. */
public final class BuildFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient BuildEvent.Failed failure;

  private BuildFailedException(BuildEvent.Failed failure) {
    super(failure.message());
    this.failure = failure;
  }

  /** A failure that no line of the Dockerfile is to blame for. */
  public static BuildFailedException because(ReasonCode reason, String message) {
    return new BuildFailedException(BuildEvent.Failed.because(reason, message));
  }

  /** A Dockerfile that cannot be built. */
  public static BuildFailedException of(String file, DockerfileProblem problem) {
    ReasonCode reason =
        problem.kind() == DockerfileProblem.Kind.UNSUPPORTED
            ? ReasonCode.UNSUPPORTED_INSTRUCTION
            : ReasonCode.DOCKERFILE_INVALID;
    return new BuildFailedException(
        new BuildEvent.Failed(
            reason, problem.describe(file), file, problem.line(), problem.instruction(), null));
  }

  /** An instruction that cannot be executed, or whose process failed with an exit code. */
  public static BuildFailedException at(
      Place place, ReasonCode reason, String message, @Nullable Integer exitCode) {
    String text = place.file() + " line " + place.at().line() + ": " + message;
    return new BuildFailedException(
        new BuildEvent.Failed(
            reason, text, place.file(), place.at().line(), place.at().keyword(), exitCode));
  }

  /** What to tell. */
  public BuildEvent.Failed failure() {
    return failure;
  }

  /** An instruction of a file. */
  public record Place(String file, At at) {}
}
