package dev.gantry.build.problem;

import dev.gantry.events.ReasonCode;
import org.jspecify.annotations.Nullable;

/** An HTTP request that cannot be honoured; becomes problem details. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ReasonCode code;
  private final @Nullable String field;

  /** A problem with the request as a whole. */
  public ProblemException(ReasonCode code, String detail) {
    this(code, detail, null);
  }

  /**
   * A problem with a field or parameter of the request.
   *
   * @param field its path; null or empty: the request as a whole
   */
  public ProblemException(ReasonCode code, String detail, @Nullable String field) {
    super(detail, null, false, false);
    this.code = code;
    this.field = field == null || field.isEmpty() ? null : field;
  }

  /** Why; says the HTTP status too. */
  public ReasonCode code() {
    return code;
  }

  /** What is to blame. */
  public @Nullable String field() {
    return field;
  }
}
