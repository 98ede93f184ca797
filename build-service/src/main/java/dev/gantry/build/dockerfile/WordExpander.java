package dev.gantry.build.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Processes quotes, escapes and variables of a word as Docker does (moby/buildkit {@code
 * frontend/dockerfile/shell/lex.go}): {@code $X}, {@code ${X}}, and {@code :-}, {@code -}, {@code
 * :+}, {@code +}, {@code :?}, {@code ?}, {@code #}, {@code ##}, {@code %}, {@code %%}, {@code /},
 * {@code //}. Not thread-safe.
 */
public final class WordExpander {
  private static final int EXPANDED_LENGTH_MAX = 1 << 20;
  private static final int DEPTH_MAX = 64;
  private static final String SPECIALS = "@*#?-$!";

  private final char escape;
  private final At place;
  private Variables variables = Variables.NONE;
  private Mode mode = Mode.VALUE;
  private String text = "";
  private int at;
  private int depth;

  /** What becomes of quotes, escapes and variables that are not set. */
  private enum Mode {
    /** Quotes and escapes have done their work, what is not set is empty. */
    VALUE,
    /** The body of a here-document: quotes mean nothing. */
    BODY,
    /** All stays, only words are told apart. */
    RAW,
    /** Quotes and escapes have done their work, variables stay. */
    NAME
  }

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
    return run(word, values, Mode.VALUE).whole();
  }

  /** As {@link #expand}, cut at white space that stands, or came out of a variable, unquoted. */
  public List<String> expandWords(String word, Variables values) {
    return run(word, values, Mode.VALUE).words();
  }

  /** Expands variables and takes escapes away: quotes stay. For the body of a here-document. */
  public String expandBody(String body, Variables values) {
    return run(body, values, Mode.BODY).whole();
  }

  /** The words of a line of shell, as they are written. */
  List<String> rawWords(String line) {
    return run(line, Variables.NONE, Mode.RAW).words();
  }

  /** The words of a text whose variables are none, as those of a here-document's delimiter. */
  List<String> withoutVariables(String written) {
    return run(written, Variables.NONE, Mode.NAME).words();
  }

  private ExpandedWords run(String word, Variables values, Mode how) {
    variables = values;
    mode = how;
    text = word;
    at = 0;
    depth = 0;
    return until((char) 0, how == Mode.RAW);
  }

  /** Up to the unquoted stop character, which is consumed; to the end where it is 0. */
  private ExpandedWords until(char stop, boolean rawEscapes) {
    if (++depth > DEPTH_MAX) {
      throw problem("substitutions are nested more than " + DEPTH_MAX + " deep");
    }
    ExpandedWords result = new ExpandedWords();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (stop != 0 && c == stop) {
        at++;
        depth--;
        return result;
      }
      if (c == '$') {
        result.variable(dollar());
      } else if ((c == '\'' || c == '"') && mode != Mode.BODY) {
        result.raw(c == '"' ? doubleQuoted(rawEscapes) : singleQuoted());
      } else if (c == '<' && mode == Mode.RAW) {
        result.raw(maybeHeredoc());
      } else {
        plain(c, rawEscapes, result);
      }
      requireShort(result.length());
    }
    if (stop != 0) {
      throw problem("syntax error: missing '" + stop + "' in ${}");
    }
    depth--;
    return result;
  }

  /** White space may stand between {@code <<} and the delimiter. */
  private String maybeHeredoc() {
    int start = at++;
    if (at < text.length() && text.charAt(at) == '<') {
      at++;
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }
    return text.substring(start, at);
  }

  private void plain(char c, boolean rawEscapes, ExpandedWords result) {
    at++;
    if (c != escape) {
      result.plain(c);
      return;
    }
    if (rawEscapes) {
      result.raw(String.valueOf(c));
    }
    if (at < text.length()) {
      result.raw(String.valueOf(text.charAt(at++)));
    }
  }

  private String singleQuoted() {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw problem("unexpected end of statement while looking for matching single-quote")
          .hint("a ' stands alone as \\' or \"'\"");
    }
    int start = at;
    at = end + 1;
    return mode == Mode.RAW ? text.substring(start, at) : text.substring(start + 1, end);
  }

  private String doubleQuoted(boolean rawEscapes) {
    String quote = mode == Mode.RAW ? "\"" : "";
    StringBuilder quoted = new StringBuilder(quote);
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return quoted.append(quote).toString();
      }
      if (c == '$') {
        quoted.append(dollar());
      } else {
        at++;
        doubleQuoted(c, rawEscapes, quoted);
      }
      requireShort(quoted.length());
    }
    throw problem("unexpected end of statement while looking for matching double-quote")
        .hint("a \" stands alone as \\\"");
  }

  private void doubleQuoted(char c, boolean rawEscapes, StringBuilder quoted) {
    if (c != escape) {
      quoted.append(c);
      return;
    }
    if (rawEscapes) {
      quoted.append(c);
    }
    if (at == text.length()) {
      return;
    }
    char escaped = text.charAt(at);
    if (escaped == '"' || escaped == '$' || escaped == escape) {
      quoted.append(escaped);
      at++;
    } else {
      quoted.append(c);
    }
  }

  private String dollar() {
    int start = at++;
    if (at < text.length() && text.charAt(at) == '{') {
      at++;
      return braced(start);
    }
    String name = name();
    if (name.isEmpty()) {
      return "$";
    }
    String value = variables.get(name);
    return value == null ? unset(name, start) : value;
  }

  private String unset(String name, int start) {
    if (keepsVariables()) {
      return text.substring(start, at);
    }
    variables.undefined(name);
    return "";
  }

  private boolean keepsVariables() {
    return mode == Mode.RAW || mode == Mode.NAME;
  }

  private String braced(int start) {
    if (at >= text.length()) {
      throw problem("syntax error: missing '}'");
    }
    if ("{}:".indexOf(text.charAt(at)) >= 0) {
      throw badSubstitution();
    }
    String name = name();
    if (name.isEmpty()) {
      throw badSubstitution();
    }
    if (at >= text.length()) {
      throw problem("syntax error: missing '}'");
    }
    char modifier = text.charAt(at++);
    String value = variables.get(name);
    return switch (modifier) {
      case '}' -> value == null ? unset(name, start) : value;
      case '/' -> replaced(value, start);
      case ':' -> {
        if (at >= text.length()) {
          throw problem("syntax error: missing '}'");
        }
        String set = value == null || value.isEmpty() ? null : value;
        char second = text.charAt(at++);
        yield second == '#' || second == '%'
            ? trimmed(value, second, start)
            : substituted(name, set, second, start);
      }
      case '#', '%' -> trimmed(value, modifier, start);
      default -> substituted(name, value, modifier, start);
    };
  }

  private String substituted(String name, @Nullable String value, char modifier, int start) {
    if ("-+?".indexOf(modifier) < 0) {
      throw problem("unsupported modifier (" + modifier + ") in substitution")
          .hint("modifiers are :- - :+ + :? ? # ## % %% / //");
    }
    String word = until('}', mode == Mode.RAW).whole();
    if (keepsVariables()) {
      return text.substring(start, at);
    }
    return switch (modifier) {
      case '-' -> value == null ? word : value;
      case '+' -> value == null ? "" : word;
      default -> {
        if (value == null) {
          String why = variables.get(name) == null ? "unset" : "empty";
          throw problem(name + ": " + (word.isEmpty() ? "is not allowed to be " + why : word))
              .hint("give it a value by ARG, ENV or as a build argument");
        }
        yield value;
      }
    };
  }

  /** {@code #} and {@code %} take away the shortest match, doubled the longest. */
  private String trimmed(@Nullable String value, char side, int start) {
    String pattern = until('}', true).whole();
    if (keepsVariables()) {
      return text.substring(start, at);
    }
    boolean longest = !pattern.isEmpty() && pattern.charAt(0) == side;
    ShellPattern compiled = pattern(longest ? pattern.substring(1) : pattern, value);
    String from = value == null ? "" : value;
    return side == '#'
        ? compiled.withoutPrefix(from, longest)
        : compiled.withoutSuffix(from, longest);
  }

  private String replaced(@Nullable String value, int start) {
    boolean all = at < text.length() && text.charAt(at) == '/';
    at += all ? 1 : 0;
    String pattern = until('/', true).whole();
    String replacement = until('}', true).whole();
    if (keepsVariables()) {
      return text.substring(start, at);
    }
    String from = value == null ? "" : value;
    try {
      return pattern(pattern, value).replace(from, replacement, all, EXPANDED_LENGTH_MAX);
    } catch (IllegalArgumentException e) {
      throw problem("cannot replace (" + pattern + "): " + e.getMessage());
    }
  }

  private ShellPattern pattern(String pattern, @Nullable String value) {
    try {
      return ShellPattern.of(pattern, value == null ? 0 : value.length());
    } catch (IllegalArgumentException e) {
      throw problem("invalid pattern (" + pattern + ") in substitution: " + e.getMessage())
          .hint("\\ stands before *, ?, \\, / and } only");
    }
  }

  private String name() {
    int start = at;
    if (at < text.length() && SPECIALS.indexOf(text.charAt(at)) >= 0) {
      return text.substring(start, ++at);
    }
    boolean digits = at < text.length() && Character.isDigit(text.charAt(at));
    while (at < text.length()
        && (digits ? Character.isDigit(text.charAt(at)) : isName(text.charAt(at)))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void requireShort(int length) {
    if (length > EXPANDED_LENGTH_MAX) {
      throw problem("the expanded text is longer than " + EXPANDED_LENGTH_MAX + " characters");
    }
  }

  private DockerfileException badSubstitution() {
    return problem("syntax error: bad substitution")
        .hint("a variable is written $NAME or ${NAME}, a dollar sign \\$");
  }

  private DockerfileException problem(String message) {
    return DockerfileException.syntax(place, place.spot(text), message);
  }
}
