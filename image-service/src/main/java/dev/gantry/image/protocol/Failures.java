package dev.gantry.image.protocol;

import java.io.IOException;
import java.sql.SQLException;

/** What clients are told when it is not their fault. */
final class Failures {
  private static final int INSUFFICIENT_STORAGE = 507;
  private static final int CAUSES_MAX = 20;

  private Failures() {}

  /** Looks for the cause that a client can do something about: wait, or make room. */
  static Refusal refusal(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof SQLException || aboutTransaction(cause)) {
        return Refusal.of(ErrorCode.UNAVAILABLE, "the catalogue is away: try again");
      }
      if (cause instanceof IOException && outOfSpace(cause)) {
        return new Refusal(ErrorCode.UNAVAILABLE, INSUFFICIENT_STORAGE, "the store is full");
      }
      cause = cause.getCause();
    }
    return Refusal.of(ErrorCode.UNKNOWN, "internal error");
  }

  /** A commit whose outcome is not known has no SQLException, only the transaction manager's. */
  private static boolean aboutTransaction(Throwable cause) {
    return cause.getClass().getName().startsWith("jakarta.transaction.");
  }

  private static boolean outOfSpace(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("No space left") || message.contains("Disk quota exceeded");
  }
}
