package dev.gantry.build.dockerfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How Docker cuts the arguments of an instruction into words. */
final class Words {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Words() {}

  /** Cut at white space alone; quotes mean nothing. */
  static List<String> plain(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }

  /** Cut at white space outside quotes; quotes and escapes stay in the words. */
  static List<String> quoted(String text, char escape) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        flush(word, words);
        continue;
      }
      word.append(c);
      boolean escapes = c == escape && quote != '\'';
      if (escapes && i + 1 == text.length()) {
        word.setLength(word.length() - 1);
      } else if (escapes) {
        word.append(text.charAt(++i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /**
   * The pairs of ENV and LABEL, in the form {@code a=b c=d} or the older {@code a the rest}.
   *
   * @throws DockerfileException where there is neither
   */
  static List<NameValue> pairs(Statement statement, String text, char escape) {
    List<String> words = quoted(text, escape);
    if (words.isEmpty()) {
      throw statement.syntax(statement.keyword() + " requires at least one argument");
    }
    if (!words.getFirst().contains("=")) {
      String[] parts = text.split("\\s+", 2);
      if (parts.length < 2) {
        throw statement.syntax(statement.keyword() + " must have two arguments");
      }
      return List.of(new NameValue(parts[0], parts[1]));
    }
    List<NameValue> pairs = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw statement.syntax(
            word, "can't find = in \"" + word + "\": it must be of the form name=value");
      }
      if (equals == 0) {
        throw statement.syntax(statement.keyword() + " names can not be blank");
      }
      pairs.add(new NameValue(word.substring(0, equals), word.substring(equals + 1)));
    }
    return pairs;
  }

  /**
   * The JSON form: empty where the text is not JSON and thus is the shell form.
   *
   * @throws DockerfileException where it is a JSON array of other things than strings
   */
  static Optional<List<String>> json(Statement statement, String text) {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    JsonNode array;
    try {
      array = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw statement.syntax(
            "when using JSON array syntax, arrays must be comprised of strings only");
      }
      strings.add(element.asText());
    }
    return Optional.of(strings);
  }

  /** Whether the text is a JSON array of strings. */
  static boolean isJson(String text) {
    if (!text.startsWith("[")) {
      return false;
    }
    try {
      for (JsonNode element : JSON.readTree(text)) {
        if (!element.isTextual()) {
          return false;
        }
      }
      return true;
    } catch (JsonProcessingException _) {
      return false;
    }
  }

  /** A list in JSON form, else the words. */
  static List<String> jsonOrPlain(Statement statement, String text) {
    return json(statement, text).orElseGet(() -> plain(text));
  }
}
