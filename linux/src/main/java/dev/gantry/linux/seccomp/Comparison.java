package dev.gantry.linux.seccomp;

/**
 * A condition on an argument of a system call, all 64 bits of it.
 *
 * @param argument 0 to 5
 * @param first what it is compared with; the mask, for {@link Operator#MASKED_EQUAL}
 * @param second what the masked argument must equal, for {@link Operator#MASKED_EQUAL}; else 0
 */
public record Comparison(int argument, Operator operator, long first, long second) {
  /** How an argument is compared. In libseccomp's order, which starts at 1. */
  public enum Operator {
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    EQUAL,
    GREATER_OR_EQUAL,
    GREATER,
    MASKED_EQUAL;

    int code() {
      return ordinal() + 1;
    }
  }

  /** Refuses arguments that no system call has. */
  public Comparison {
    if (argument < 0 || argument > 5) {
      throw new IllegalArgumentException("argument is " + argument + ", must be 0 to 5");
    }
  }
}
