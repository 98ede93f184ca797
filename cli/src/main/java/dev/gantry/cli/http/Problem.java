package dev.gantry.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An error answer (RFC 9457 problem+json, or whatever else came) as one line. */
public final class Problem {
  private static final int TEXT_MAX = 300;

  private Problem() {}

  /** The answer as one line. */
  public static String line(int status, byte[] body) {
    try {
      JsonNode problem = Json.MAPPER.readTree(body);
      if (problem != null && problem.isObject() && problem.has("title")) {
        return line(problem);
      }
      if (problem != null && problem.path("errors").path(0).has("message")) {
        JsonNode error = problem.path("errors").path(0);
        return error.path("message").asText() + " (" + error.path("code").asText() + ")";
      }
    } catch (IOException notJson) {
      // Shown as it is.
    }
    String text = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
    String shown = text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "…" : text;
    return "HTTP " + status + (shown.isEmpty() ? "" : ": " + shown);
  }

  private static String line(JsonNode problem) {
    String text = problem.path("detail").asText(problem.path("title").asText());
    String field = problem.path("field").asText("");
    String code = problem.path("code").asText("");
    StringBuilder line = new StringBuilder(text);
    if (!field.isEmpty() && !text.contains(field)) {
      line.insert(0, field + ": ");
    }
    if (!code.isEmpty()) {
      line.append(" (").append(code).append(')');
    }
    return line.toString();
  }
}
