package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a running run does its work, as far as its health check says. */
public enum Health {
  /** It has no check. */
  @JsonEnumDefaultValue
  NONE,
  /** Not one probe has said anything that counts. */
  STARTING,
  HEALTHY,
  UNHEALTHY;

  /** As in events and APIs: {@code healthy}. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
