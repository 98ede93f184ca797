package dev.gantry.build.tree;

import java.util.regex.Pattern;

/**
 * The wildcards of Go's {@code filepath.Match}, that COPY and {@code .dockerignore} have in common:
 * {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, and a backslash that takes the next character
 * as it is. None matches a slash.
 */
public final class Glob {
  private final String text;
  private final boolean doubleStars;
  private final StringBuilder regex = new StringBuilder();
  private int at;

  private Glob(String text, boolean doubleStars) {
    this.text = text;
    this.doubleStars = doubleStars;
  }

  /** Whether the text has a wildcard at all. */
  public static boolean isWild(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("*?[\\".indexOf(text.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * A pattern for one component, as in COPY.
   *
   * @throws IllegalArgumentException for a bad pattern
   */
  public static Pattern component(String text) {
    return new Glob(text, false).compile();
  }

  /**
   * A pattern for a whole path in which {@code **} stands for any number of directories, as in
   * {@code .dockerignore}.
   *
   * @throws IllegalArgumentException for a bad pattern
   */
  public static Pattern path(String text) {
    return new Glob(text, true).compile();
  }

  private Pattern compile() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> characterClass();
        case '\\' -> literal(escaped());
        default -> literal(c);
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private void star() {
    if (!doubleStars || at >= text.length() || text.charAt(at) != '*') {
      regex.append("[^/]*");
      return;
    }
    at++;
    if (at < text.length() && text.charAt(at) == '/') {
      at++;
    }
    regex.append(at >= text.length() ? ".*" : "(?:.*/)?");
  }

  private void characterClass() {
    boolean negated = at < text.length() && text.charAt(at) == '^';
    if (negated) {
      at++;
    }
    regex.append(negated ? "[^/" : "[");
    boolean empty = true;
    while (at < text.length() && (empty || text.charAt(at) != ']')) {
      char low = bound();
      char high = low;
      if (at < text.length() && text.charAt(at) == '-') {
        at++;
        high = bound();
      }
      if (high < low) {
        throw bad();
      }
      regex.append(quoted(low)).append('-').append(quoted(high));
      empty = false;
    }
    if (at >= text.length()) {
      throw bad();
    }
    at++;
    regex.append(']');
  }

  private char bound() {
    if (at >= text.length()) {
      throw bad();
    }
    char c = text.charAt(at++);
    if (c == '-' || c == ']') {
      throw bad();
    }
    return c == '\\' ? escaped() : c;
  }

  private char escaped() {
    if (at >= text.length()) {
      throw bad();
    }
    return text.charAt(at++);
  }

  private void literal(char c) {
    regex.append(quoted(c));
  }

  private static String quoted(char c) {
    return Character.isLetterOrDigit(c) || c > 127 ? String.valueOf(c) : "\\" + c;
  }

  private IllegalArgumentException bad() {
    return new IllegalArgumentException("syntax error in pattern: " + text);
  }
}
