package dev.gantry.build.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The wildcards of Go's {@code filepath.Match}, that COPY and {@code .dockerignore} have in common:
 * {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, and a backslash that takes the next character
 * as it is; {@code *} and {@code ?} match no slash. Matching takes time in proportion to pattern
 * times text, whatever either holds. Immutable.
 */
public final class Glob {
  private static final int LENGTH_MAX = 4096;

  /** A step of a pattern. */
  private sealed interface Token {
    record One(int character) implements Token {}

    record Any() implements Token {}

    record Star() implements Token {}

    /** {@code **} at the end: everything. */
    record Rest() implements Token {}

    /** {@code **} before more: nothing, or anything up to a slash. */
    record Directories() implements Token {}

    /** Behind the first character of what {@link Directories} stands for. */
    record InDirectories() implements Token {}

    record OneOf(boolean negated, List<Range> ranges) implements Token {}
  }

  private record Range(int low, int high) {
    boolean has(int c) {
      return c >= low && c <= high;
    }
  }

  private final List<Token> tokens;

  private Glob(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  /** Whether the text has a wildcard at all, or a backslash. */
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
  public static Glob component(String text) {
    return new Glob(new Reader(text, false).tokens());
  }

  /**
   * A pattern for a whole path in which {@code **} stands for any number of directories, as in
   * {@code .dockerignore}.
   *
   * @throws IllegalArgumentException for a bad pattern
   */
  public static Glob path(String text) {
    return new Glob(new Reader(text, true).tokens());
  }

  /** Whether all of the text fits. */
  public boolean matches(String text) {
    boolean[] now = new boolean[tokens.size() + 1];
    reach(now, 0);
    boolean[] next = new boolean[tokens.size() + 1];
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      Arrays.fill(next, false);
      boolean alive = false;
      for (int at = 0; at < tokens.size(); at++) {
        if (now[at]) {
          alive |= step(tokens.get(at), at, c, next);
        }
      }
      if (!alive) {
        return false;
      }
      boolean[] spare = now;
      now = next;
      next = spare;
    }
    return now[tokens.size()];
  }

  /** Stands at a token, and at those behind it that may stand for nothing. */
  private void reach(boolean[] states, int from) {
    int at = from;
    while (!states[at]) {
      states[at] = true;
      if (at == tokens.size()) {
        return;
      }
      switch (tokens.get(at)) {
        case Token.Star _, Token.Rest _ -> at++;
        case Token.Directories _ -> at += 2;
        case Token.One _, Token.Any _, Token.OneOf _, Token.InDirectories _ -> {
          return;
        }
      }
    }
  }

  /** Takes a character at a token; whether that leads anywhere. */
  private boolean step(Token token, int at, int c, boolean[] next) {
    return switch (token) {
      case Token.One one -> c == one.character() && reached(next, at + 1);
      case Token.Any _ -> c != '/' && reached(next, at + 1);
      case Token.OneOf set ->
          set.ranges().stream().anyMatch(range -> range.has(c)) != set.negated()
              && reached(next, at + 1);
      case Token.Star _ -> c != '/' && reached(next, at);
      case Token.Rest _ -> reached(next, at);
      case Token.Directories _ -> reached(next, at + 1) && (c != '/' || reached(next, at + 2));
      case Token.InDirectories _ -> reached(next, at) && (c != '/' || reached(next, at + 1));
    };
  }

  private boolean reached(boolean[] next, int at) {
    reach(next, at);
    return true;
  }

  /** Turns text into tokens. */
  private static final class Reader {
    private final String text;
    private final int[] characters;
    private final boolean doubleStars;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Reader(String text, boolean doubleStars) {
      this.text = text;
      this.characters = text.codePoints().toArray();
      this.doubleStars = doubleStars;
    }

    List<Token> tokens() {
      if (characters.length > LENGTH_MAX) {
        throw bad();
      }
      while (at < characters.length) {
        int c = characters[at++];
        switch (c) {
          case '*' -> star();
          case '?' -> tokens.add(new Token.Any());
          case '[' -> tokens.add(characterClass());
          case '\\' -> tokens.add(new Token.One(escaped()));
          default -> tokens.add(new Token.One(c));
        }
      }
      return tokens;
    }

    private void star() {
      if (!doubleStars || !is('*')) {
        tokens.add(new Token.Star());
        return;
      }
      at++;
      if (is('/')) {
        at++;
      }
      if (at >= characters.length) {
        tokens.add(new Token.Rest());
      } else {
        tokens.add(new Token.Directories());
        tokens.add(new Token.InDirectories());
      }
    }

    private boolean is(char c) {
      return at < characters.length && characters[at] == c;
    }

    private Token characterClass() {
      boolean negated = is('^');
      if (negated) {
        at++;
      }
      List<Range> ranges = new ArrayList<>();
      while (ranges.isEmpty() || !is(']')) {
        int low = bound();
        int high = low;
        if (is('-')) {
          at++;
          high = bound();
        }
        if (high < low) {
          throw bad();
        }
        ranges.add(new Range(low, high));
      }
      at++;
      return new Token.OneOf(negated, List.copyOf(ranges));
    }

    private int bound() {
      if (at >= characters.length) {
        throw bad();
      }
      int c = characters[at++];
      if (c == '-' || c == ']') {
        throw bad();
      }
      return c == '\\' ? escaped() : c;
    }

    private int escaped() {
      if (at >= characters.length) {
        throw bad();
      }
      return characters[at++];
    }

    private IllegalArgumentException bad() {
      return new IllegalArgumentException("syntax error in pattern: " + text);
    }
  }
}
