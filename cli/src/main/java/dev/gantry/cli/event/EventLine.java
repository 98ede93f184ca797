package dev.gantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;

/** A CloudEvent on one line of a terminal. */
public final class EventLine {
  private static final int SUBJECT_MAX = 12;
  private static final int DATA_MAX = 200;
  private static final int TIME_LENGTH = 23;

  private EventLine() {}

  /** Time, type, subject, data; nothing in it drives the terminal. */
  public static String of(JsonNode event) {
    String subject = event.path("subject").asText("");
    String data = event.path("data").toString();
    String time = event.path("time").asText("");
    return String.format(
            "%-24s %-36s %-12s %s",
            time.length() > TIME_LENGTH ? time.substring(0, TIME_LENGTH) + "Z" : time,
            event.path("type").asText(""),
            subject.matches("[0-9a-f]{32}") ? subject.substring(0, SUBJECT_MAX) : subject,
            data.length() > DATA_MAX ? data.substring(0, DATA_MAX) + "…" : data)
        .replaceAll("\\p{Cntrl}", "?");
  }

  /** {@code run.exited} → {@code dev.gantry.run.exited.v1}. */
  static String fullType(String type) {
    return type.startsWith("dev.") ? type : "dev.gantry." + type + ".v1";
  }
}
