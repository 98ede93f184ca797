package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Of a published port. */
public enum Protocol {
  TCP,
  UDP;

  /** As written in requests and events: {@code tcp}, {@code udp}. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
