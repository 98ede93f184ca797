package dev.gantry.image.repository;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import java.util.regex.Pattern;

/**
 * A valid repository name such as {@code team/app}.
 *
 * <p>Source: OCI distribution-spec 1.1, "Pulling manifests"; the length is the common limit of
 * clients.
 */
public record RepositoryName(String value) {
  private static final int LENGTH_MAX = 255;
  private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";
  private static final Pattern GRAMMAR = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");

  public RepositoryName {
    if (!valid(value)) {
      throw new IllegalArgumentException("not a repository name");
    }
  }

  /** Never throws: a bad name is {@code NAME_INVALID}. */
  public static Outcome<RepositoryName> parse(String text) {
    return valid(text)
        ? Outcome.done(new RepositoryName(text))
        : Outcome.refused(
            ErrorCode.NAME_INVALID,
            "a repository name is lower-case letters and digits, separated by '.', '_', '__', '-'"
                + " or '/', at most "
                + LENGTH_MAX
                + " characters");
  }

  private static boolean valid(String text) {
    return text.length() <= LENGTH_MAX && GRAMMAR.matcher(text).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
