package dev.gantry.run.http;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Idempotency-Key}: what is sent again under the same key has its effect once.
 */
public final class IdempotencyKey {
  private static final int LENGTH_MAX = 255;

  private IdempotencyKey() {}

  /**
   * Checks a key; none is fine.
   *
   * @throws ProblemException when it is blank or too long
   */
  public static void check(@Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > LENGTH_MAX)) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "must have 1 to 255 characters", "Idempotency-Key");
    }
  }
}
