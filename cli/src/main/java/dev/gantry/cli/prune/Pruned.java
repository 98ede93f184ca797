package dev.gantry.cli.prune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.output.Quantities;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was removed, or would be: lists of names, and how many bytes that makes. */
final class Pruned {
  private Pruned() {}

  static boolean isSomething(JsonNode answer) {
    for (JsonNode value : answer) {
      if (value.isArray() && !value.isEmpty() || value.isObject() && isSomething(value)) {
        return true;
      }
    }
    return false;
  }

  /** {@code noun} is what is in a list that says of itself only that it was removed. */
  static void print(String verb, String noun, JsonNode answer, PrintStream out) {
    if (!isSomething(answer)) {
      out.println(verb + " nothing");
    }
    lines(verb, noun, answer).forEach(out::println);
  }

  private static List<String> lines(String verb, String noun, JsonNode answer) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : answer.properties()) {
      String name = field.getKey().equals("removed") ? noun : field.getKey();
      JsonNode value = field.getValue();
      if (value.isObject()) {
        lines.addAll(lines(verb, name, value));
      } else if (value.isArray()) {
        value.forEach(each -> lines.add("%s of %s: %s".formatted(verb, name, nameOf(each))));
      } else if (value.isNumber() && value.asLong() > 0 && isBytes(name)) {
        lines.add(verb + " in all: " + Quantities.bytes(value.asLong()));
      }
    }
    return lines;
  }

  private static boolean isBytes(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith("bytes");
  }

  private static String nameOf(JsonNode each) {
    for (String field : List.of("name", "reference", "digest", "id")) {
      if (each.path(field).isTextual()) {
        return each.path(field).asText();
      }
    }
    return each.asText();
  }
}
