package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Processes quotes, escapes and variables of a word as Docker does (moby/buildkit {@code
 * frontend/dockerfile/shell/lex.go}): {@code $X}, {@code ${X}}, and {@code :-}, {@code -}, {@code
 * :+}, {@code +}, {@code :?}, {@code ?}. Not thread-safe.
 */
public final class WordExpander {
  private static final int EXPANDED_LENGTH_MAX = 1 << 20;
  private static final String SPECIALS = "@*#?-$!";

  private final char escape;
  private final At place;
  private Variables variables = Variables.NONE;
  private String text = "";
  private int at;

  /** Expands words of the instruction at that place, which problems name. */
  public WordExpander(char escape, At place) {
    this.escape = escape;
    this.place = place;
  }

  /**
   * One word.
   *
   * @throws DockerfileException for an unclosed quote or brace, a bad substitution, or {@code
   *     ${X:?}} with X unset
   */
  public String expand(String word, Variables values) {
    return run(word, values).whole();
  }

  /** As {@link #expand}, cut at white space that stands, or came out of a variable, unquoted. */
  public List<String> expandWords(String word, Variables values) {
    return run(word, values).words();
  }

  /** Expands only variables: quotes stay. For the body of a here-document. */
  public String expandBody(String body, Variables values) {
    variables = values;
    text = body;
    at = 0;
    StringBuilder result = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && "\\$".indexOf(text.charAt(at + 1)) >= 0) {
        result.append(text.charAt(at + 1));
        at += 2;
      } else if (c == '$') {
        result.append(dollar());
      } else {
        result.append(c);
        at++;
      }
    }
    return result.toString();
  }

  String withoutVariables(String word) {
    return expand(word, Variables.NONE);
  }

  private Result run(String word, Variables values) {
    variables = values;
    text = word;
    at = 0;
    return until((char) 0);
  }

  /** Up to the unquoted stop character, which is consumed; to the end where it is 0. */
  private Result until(char stop) {
    Result result = new Result();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (stop != 0 && c == stop) {
        at++;
        return result;
      }
      switch (c) {
        case '\'' -> result.raw(singleQuoted());
        case '"' -> result.raw(doubleQuoted());
        case '$' -> result.variable(dollar());
        default -> plain(c, result);
      }
      if (result.length() > EXPANDED_LENGTH_MAX) {
        throw problem("the expanded text is longer than " + EXPANDED_LENGTH_MAX + " characters");
      }
    }
    if (stop != 0) {
      throw problem("syntax error: missing '" + stop + "'");
    }
    return result;
  }

  private void plain(char c, Result result) {
    at++;
    if (c != escape) {
      result.plain(c);
    } else if (at < text.length()) {
      result.raw(String.valueOf(text.charAt(at++)));
    }
  }

  private String singleQuoted() {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw problem("unexpected end of statement while looking for matching single-quote");
    }
    String quoted = text.substring(at + 1, end);
    at = end + 1;
    return quoted;
  }

  private String doubleQuoted() {
    StringBuilder quoted = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return quoted.toString();
      }
      if (c == '$') {
        quoted.append(dollar());
        continue;
      }
      at++;
      if (c == escape && at < text.length()) {
        char escaped = text.charAt(at);
        if (escaped == '"' || escaped == '$' || escaped == escape) {
          c = escaped;
          at++;
        }
      }
      quoted.append(c);
    }
    throw problem("unexpected end of statement while looking for matching double-quote");
  }

  private String dollar() {
    at++;
    if (at < text.length() && text.charAt(at) == '{') {
      at++;
      return braced();
    }
    String name = name();
    if (name.isEmpty()) {
      return "$";
    }
    String value = variables.get(name);
    return value == null ? "" : value;
  }

  private String braced() {
    if (at >= text.length()) {
      throw problem("syntax error: missing '}'");
    }
    if ("{}:".indexOf(text.charAt(at)) >= 0) {
      throw problem("syntax error: bad substitution");
    }
    String name = name();
    if (name.isEmpty()) {
      throw problem("syntax error: bad substitution");
    }
    if (at >= text.length()) {
      throw problem("syntax error: missing '}'");
    }
    char modifier = text.charAt(at++);
    String value = variables.get(name);
    if (modifier == '}') {
      return value == null ? "" : value;
    }
    boolean emptyIsUnset = modifier == ':';
    if (emptyIsUnset) {
      if (at >= text.length()) {
        throw problem("syntax error: missing '}'");
      }
      modifier = text.charAt(at++);
    }
    boolean set = value != null && !(emptyIsUnset && value.isEmpty());
    return substituted(name, set ? value : null, (emptyIsUnset ? ":" : "") + modifier);
  }

  private String substituted(String name, @Nullable String value, String modifier) {
    char kind = modifier.charAt(modifier.length() - 1);
    if ("-+?".indexOf(kind) < 0) {
      throw problem("unsupported modifier (" + modifier + ") in substitution");
    }
    String word = until('}').whole();
    return switch (kind) {
      case '-' -> value == null ? word : value;
      case '+' -> value == null ? "" : word;
      default -> {
        if (value == null) {
          throw problem(name + ": " + (word.isEmpty() ? "is not allowed to be unset" : word));
        }
        yield value;
      }
    };
  }

  private String name() {
    int start = at;
    if (at < text.length() && SPECIALS.indexOf(text.charAt(at)) >= 0) {
      return text.substring(start, ++at);
    }
    boolean digits = at < text.length() && isDigit(text.charAt(at));
    while (at < text.length() && (digits ? isDigit(text.charAt(at)) : isName(text.charAt(at)))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isName(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private DockerfileException problem(String message) {
    return DockerfileException.syntax(place, place.spot(text), message);
  }

  /** What was read so far, as a whole and as words. */
  private static final class Result {
    private final StringBuilder whole = new StringBuilder();
    private final List<String> words = new ArrayList<>();
    private @Nullable StringBuilder word;

    int length() {
      return whole.length();
    }

    void raw(String quoted) {
      whole.append(quoted);
      open().append(quoted);
    }

    void plain(char c) {
      whole.append(c);
      if (Character.isWhitespace(c)) {
        close();
      } else {
        open().append(c);
      }
    }

    void variable(String value) {
      for (int i = 0; i < value.length(); i++) {
        plain(value.charAt(i));
      }
    }

    String whole() {
      return whole.toString();
    }

    List<String> words() {
      close();
      return List.copyOf(words);
    }

    private StringBuilder open() {
      StringBuilder current = word;
      if (current == null) {
        current = new StringBuilder();
        word = current;
      }
      return current;
    }

    private void close() {
      if (word != null) {
        words.add(word.toString());
        word = null;
      }
    }
  }
}
