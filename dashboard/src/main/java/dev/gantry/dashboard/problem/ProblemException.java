package dev.gantry.dashboard.problem;

import dev.gantry.events.ReasonCode;
import org.jspecify.annotations.Nullable;

/** A request that cannot be answered as it was asked; ends it with a {@link Problem}. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode code;
  private final @Nullable String field;

  /** A problem with one parameter, or with none in particular. */
  public ProblemException(ReasonCode code, String detail, @Nullable String field) {
    super(detail, null, false, false);
    this.code = code;
    this.field = field;
  }

  /** Why. */
  public ReasonCode code() {
    return code;
  }

  /** The parameter to blame. */
  public @Nullable String field() {
    return field;
  }
}
