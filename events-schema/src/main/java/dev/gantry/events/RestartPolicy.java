package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a run whose process has ended is started again.
 *
 * @param maxRetries of {@link Kind#ON_FAILURE}: how often at most; 0: as often as it fails
 */
public record RestartPolicy(Kind kind, int maxRetries) {
  /** Never. */
  public static final RestartPolicy NO = new RestartPolicy(Kind.NO, 0);

  private static final Pattern ON_FAILURE = Pattern.compile("on-failure(?::([0-9]{1,9}))?");

  /** When. */
  public enum Kind {
    NO,
    /** After an exit code other than 0. */
    ON_FAILURE,
    /** After every exit but a requested stop. */
    ALWAYS,
    /** As always: here a run that was stopped never starts again by itself. */
    UNLESS_STOPPED
  }

  /** Reads {@code no}, {@code on-failure[:n]}, {@code always}, {@code unless-stopped}. */
  public static Parsed<RestartPolicy> parse(String text) {
    Matcher onFailure = ON_FAILURE.matcher(text);
    if (onFailure.matches()) {
      String retries = onFailure.group(1);
      return new Parsed.Valid<>(
          new RestartPolicy(Kind.ON_FAILURE, retries == null ? 0 : Integer.parseInt(retries)));
    }
    return switch (text) {
      case "no" -> new Parsed.Valid<>(NO);
      case "always" -> new Parsed.Valid<>(new RestartPolicy(Kind.ALWAYS, 0));
      case "unless-stopped" -> new Parsed.Valid<>(new RestartPolicy(Kind.UNLESS_STOPPED, 0));
      default ->
          Parsed.invalid(
              Text.quoted(text)
                  + " is not a restart policy: no, on-failure[:retries], always or unless-stopped");
    };
  }

  @JsonCreator
  static RestartPolicy of(String text) {
    return switch (parse(text)) {
      case Parsed.Valid<RestartPolicy>(RestartPolicy policy) -> policy;
      case Parsed.Invalid<RestartPolicy> invalid ->
          throw new IllegalArgumentException(invalid.message());
    };
  }

  /** In the form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    return switch (kind) {
      case NO -> "no";
      case ON_FAILURE -> maxRetries == 0 ? "on-failure" : "on-failure:" + maxRetries;
      case ALWAYS -> "always";
      case UNLESS_STOPPED -> "unless-stopped";
    };
  }
}
