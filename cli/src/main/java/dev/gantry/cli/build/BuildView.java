package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;

/** Shows a build while it runs. */
interface BuildView extends AutoCloseable {
  /** A line of the log: what a step or the builder said, or a step that begins or is done. */
  void line(JsonNode line);

  /** Shows nothing more. */
  @Override
  void close();

  /** Control characters would do something to the terminal. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\t]]", " ").stripTrailing();
  }

  /** Whether the view shows the step in another way than the builder's words about it. */
  static boolean isNarration(JsonNode line) {
    return line.path("stream").asText().equals("build") && line.has("step");
  }
}
