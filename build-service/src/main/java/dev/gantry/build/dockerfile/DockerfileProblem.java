package dev.gantry.build.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * Why a Dockerfile cannot be built.
 *
 * @param kind whether the text is wrong or asks for something that is not supported
 * @param line the first line of the instruction, from 1
 * @param instruction the keyword in upper case, absent where the problem is not in an instruction
 * @param message what is wrong, for a person
 */
public record DockerfileProblem(Kind kind, int line, @Nullable String instruction, String message) {

  /** What kind of problem it is. */
  public enum Kind {
    /** The text does not follow the grammar, or a value is impossible. */
    SYNTAX,
    /** The text is a Dockerfile, but asks for an instruction or flag that is not supported. */
    UNSUPPORTED
  }
}
