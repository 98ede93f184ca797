package dev.gantry.build.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * Why a Dockerfile cannot be built.
 *
 * @param kind whether the text is wrong or asks for something that is not supported
 * @param spot the character at which it is wrong
 * @param lineEnd the last line of the instruction
 * @param instruction the keyword in upper case, absent where the problem is not in an instruction
 * @param message what is wrong, for a person
 * @param hint what would be right
 */
public record DockerfileProblem(
    Kind kind,
    At.Spot spot,
    int lineEnd,
    @Nullable String instruction,
    String message,
    @Nullable String hint) {

  private static final int EXCERPT_MAX = 160;

  /** What kind of problem it is. */
  public enum Kind {
    /** The text does not follow the grammar, or a value is impossible. */
    SYNTAX,
    /** The text is a Dockerfile, but asks for an instruction or flag that is not supported. */
    UNSUPPORTED
  }

  /** A problem of an instruction. */
  public static DockerfileProblem of(Kind kind, At at, At.Spot spot, String message) {
    return new DockerfileProblem(
        kind, spot, at.lineEnd(), at.keyword(), message, Usage.of(at.keyword()));
  }

  /** The same with another hint. */
  public DockerfileProblem withHint(String text) {
    return new DockerfileProblem(kind, spot, lineEnd, instruction, message, text);
  }

  /** The line at which it is wrong, from 1. */
  public int line() {
    return spot.line();
  }

  /** Everything, for a person: the place, what is wrong and what would be right, the line. */
  public String describe(String file) {
    String place = file + " line " + spot.line() + ", column " + spot.column() + ": ";
    String right = hint == null ? "" : " (" + hint + ")";
    return place + message + right + (spot.source().isBlank() ? "" : "\n" + excerpt());
  }

  private String excerpt() {
    String source = spot.source().replace('\t', ' ').stripTrailing();
    int first = Math.max(0, Math.min(spot.column() - 1, source.length()) - EXCERPT_MAX / 2);
    String part = source.substring(first, Math.min(source.length(), first + EXCERPT_MAX));
    String number = Integer.toString(spot.line());
    return "  "
        + number
        + " | "
        + part
        + "\n  "
        + " ".repeat(number.length())
        + " | "
        + " ".repeat(Math.max(0, spot.column() - 1 - first))
        + "^";
  }
}
