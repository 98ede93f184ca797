package dev.gantry.image.protocol;

/**
 * An expected "no".
 *
 * @param code the reason as clients know it
 * @param status the HTTP status
 * @param message one sentence for people; never echoes more than a short part of the input
 */
public record Refusal(ErrorCode code, int status, String message) {
  /** A refusal with the code's usual status. */
  public static Refusal of(ErrorCode code, String message) {
    return new Refusal(code, code.httpStatus(), message);
  }
}
