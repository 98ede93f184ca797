package dev.gantry.image.repository;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. Source: OCI distribution-spec 1.1, "Listing Tags".
 *
 * @param size at most so many, 0 for none
 * @param last starts after this one, which need not exist
 */
public record Page(int size, String last) {
  /** As many as an answer holds, however many were asked for. */
  public static final int SIZE_MAX = 1000;

  /** Reads the parameters {@code n} and {@code last}. */
  public static Outcome<Page> parse(@Nullable String n, @Nullable String last) {
    String after = last == null ? "" : last;
    if (n == null) {
      return Outcome.done(new Page(SIZE_MAX, after));
    }
    return n.matches("[0-9]{1,9}")
        ? Outcome.done(new Page(Math.min(Integer.parseInt(n), SIZE_MAX), after))
        : Outcome.refused(ErrorCode.UNSUPPORTED, 400, "n must be a number of at most 9 digits");
  }
}
