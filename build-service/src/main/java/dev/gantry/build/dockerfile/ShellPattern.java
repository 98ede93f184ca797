package dev.gantry.build.dockerfile;

import java.util.Arrays;

/**
 * A pattern of a substitution: {@code *} stands for any characters, {@code ?} for one, neither for
 * a line feed. Takes time proportional to the length of the pattern times that of the text,
 * whatever both are.
 */
final class ShellPattern {
  private static final long WORK_MAX = 50_000_000;
  private static final int ANY = -1;
  private static final int ONE = -2;
  private static final int NONE = -1;

  /** Characters, {@link #ANY} and {@link #ONE}. */
  private final int[] tokens;

  private ShellPattern(int[] tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads a pattern for texts up to a length.
   *
   * @throws IllegalArgumentException with the reason, where it is none or would take too long
   */
  static ShellPattern of(String pattern, int lengthMax) {
    int[] tokens = new int[pattern.length()];
    int count = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        c = escaped(pattern, ++i);
        tokens[count++] = c;
      } else if (c != '*') {
        tokens[count++] = c == '?' ? ONE : c;
      } else if (count == 0 || tokens[count - 1] != ANY) {
        tokens[count++] = ANY;
      }
    }
    if ((long) (lengthMax + 1) * (count + 1) > WORK_MAX) {
      throw new IllegalArgumentException("it is too long for so long a value");
    }
    return new ShellPattern(Arrays.copyOf(tokens, count));
  }

  private static char escaped(String pattern, int at) {
    if (at == pattern.length()) {
      throw new IllegalArgumentException("invalid escape at the end");
    }
    char c = pattern.charAt(at);
    if ("*?\\/}".indexOf(c) < 0) {
      throw new IllegalArgumentException("invalid escape '\\" + c + "'");
    }
    return c;
  }

  /** The text without the shortest or longest beginning that matches. */
  String withoutPrefix(String text, boolean longest) {
    int end = end(text, longest);
    return end == NONE ? text : text.substring(end);
  }

  /** The text without the shortest or longest end that matches. */
  String withoutSuffix(String text, boolean longest) {
    int[] mirrored = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      mirrored[i] = tokens[tokens.length - 1 - i];
    }
    int end = new ShellPattern(mirrored).end(mirror(text), longest);
    return end == NONE ? text : text.substring(0, text.length() - end);
  }

  /** By characters: {@link StringBuilder#reverse} would keep surrogate pairs as they are. */
  private static String mirror(String text) {
    char[] chars = new char[text.length()];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = text.charAt(text.length() - 1 - i);
    }
    return new String(chars);
  }

  /**
   * The text with the first match, or all, replaced; a match is as far left and as long as can be.
   *
   * @throws IllegalArgumentException when the result would be longer than the limit
   */
  String replace(String text, String replacement, boolean all, int lengthMax) {
    int[] ends = ends(text);
    StringBuilder result = new StringBuilder();
    int copied = 0;
    int at = 0;
    while (at <= text.length()) {
      if (ends[at] == NONE) {
        at++;
        continue;
      }
      result.append(text, copied, at);
      if (ends[at] > copied || at == 0) {
        result.append(replacement);
      }
      copied = ends[at];
      at = Math.max(at + 1, copied);
      if (result.length() > lengthMax) {
        throw new IllegalArgumentException("the result is too long");
      }
      if (!all) {
        break;
      }
    }
    return result.append(text, Math.min(copied, text.length()), text.length()).toString();
  }

  /** Where the shortest or longest match from the beginning ends, or {@link #NONE}. */
  private int end(String text, boolean longest) {
    boolean[] open = new boolean[tokens.length + 1];
    open[0] = true;
    int found = NONE;
    for (int i = 0; i <= text.length(); i++) {
      for (int j = 0; j < tokens.length; j++) {
        open[j + 1] |= open[j] && tokens[j] == ANY;
      }
      if (open[tokens.length]) {
        found = i;
        if (!longest) {
          return found;
        }
      }
      if (i < text.length()) {
        step(open, text.charAt(i));
      }
    }
    return found;
  }

  /** From the states before a character to those after it. */
  private void step(boolean[] open, char c) {
    for (int j = tokens.length; j >= 0; j--) {
      boolean stays = j < tokens.length && tokens[j] == ANY && c != '\n' && open[j];
      open[j] = stays || (j > 0 && open[j - 1] && takes(tokens[j - 1], c));
    }
  }

  private static boolean takes(int token, char c) {
    return token == ONE ? c != '\n' : token == c;
  }

  /** Where the longest match from each place ends, or {@link #NONE}. */
  private int[] ends(String text) {
    int[] ends = new int[text.length() + 1];
    int[] after = new int[tokens.length + 1];
    Arrays.fill(after, NONE);
    int[] here = new int[tokens.length + 1];
    for (int i = text.length(); i >= 0; i--) {
      here[tokens.length] = i;
      for (int j = tokens.length - 1; j >= 0; j--) {
        boolean more = i < text.length();
        if (tokens[j] == ANY) {
          boolean goesOn = more && text.charAt(i) != '\n';
          here[j] = Math.max(here[j + 1], goesOn ? after[j] : NONE);
        } else {
          here[j] = more && takes(tokens[j], text.charAt(i)) ? after[j + 1] : NONE;
        }
      }
      ends[i] = here[0];
      int[] spare = after;
      after = here;
      here = spare;
    }
    return ends;
  }
}
