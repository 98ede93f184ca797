package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When the registry is asked for a run's image. */
public enum PullPolicy {
  /** Asks what the name means now; when nobody answers, takes what the host has under it. */
  NEWER,
  /** Asks, and does not run what the registry does not confirm. */
  ALWAYS,
  /** Asks only for what the host lacks. */
  MISSING,
  /** Never asks. */
  NEVER;

  static Parsed<PullPolicy> parse(String text) {
    for (PullPolicy policy : values()) {
      if (policy.toString().equals(text)) {
        return new Parsed.Valid<>(policy);
      }
    }
    return Parsed.invalid(
        Text.quoted(text) + " is not a pull policy: newer, always, missing or never");
  }

  /** As in requests: {@code newer}. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
