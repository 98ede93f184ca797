package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.output.Quantities;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A finished build for people. */
public final class BuildReport {
  private BuildReport() {}

  /** A line per step: from cache, or how long it took and why it was not cached. */
  public static void steps(JsonNode build, PrintStream out) {
    for (JsonNode step : build.path("steps")) {
      out.println(
          printable(
              String.format(
                  "  %2d/%-2d %-64s %s",
                  step.path("number").asInt(),
                  step.path("total").asInt(),
                  cut(step.path("instruction").asText()),
                  result(step))));
    }
  }

  /** What was built. */
  public static void result(JsonNode build, PrintStream out) {
    List<String> tags = new ArrayList<>();
    build.path("tags").forEach(tag -> tags.add(tag.asText()));
    long cached = 0;
    long total = 0;
    for (JsonNode step : build.path("steps")) {
      total++;
      cached += step.path("cached").asBoolean() ? 1 : 0;
    }
    out.println(
        printable(
            String.join(", ", tags)
                + " is "
                + build.path("imageDigest").asText()
                + " ("
                + cached
                + " of "
                + total
                + " steps from cache)"));
  }

  /** Why it failed: {@code Dockerfile:5: RUN make: exited with 2 (STEP_FAILED)}. */
  public static String failure(JsonNode build) {
    JsonNode error = build.path("error");
    StringBuilder text = new StringBuilder("build " + build.path("state").asText());
    if (error.has("file")) {
      text.append(": ").append(error.path("file").asText());
      text.append(':').append(error.path("line").asText());
    }
    if (error.has("instruction")) {
      text.append(": ").append(error.path("instruction").asText());
    }
    if (error.has("message")) {
      text.append(": ").append(error.path("message").asText());
    }
    if (error.has("reason")) {
      text.append(" (").append(error.path("reason").asText()).append(')');
    }
    return printable(text.toString());
  }

  private static String result(JsonNode step) {
    if (step.path("cached").asBoolean()) {
      return "cached";
    }
    String miss = step.path("cacheMiss").asText("");
    String time = Quantities.millis(step.path("durationMillis").asLong());
    return miss.isEmpty() ? time : time + " (" + miss + ")";
  }

  private static String cut(String text) {
    return text.length() > 64 ? text.substring(0, 63) + "…" : text;
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
