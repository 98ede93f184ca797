package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code <<EOF} of an instruction's line, before its body is read. */
record HeredocStart(String name, boolean expand, boolean chomp, String descriptor) {
  private static final Pattern START = Pattern.compile("(\\d*)<<(-?)([^<]*)");

  /** All that the line opens, in order; what only looks like one inside quotes is none. */
  static List<HeredocStart> find(String arguments, At at) {
    List<HeredocStart> found = new ArrayList<>();
    for (String word : Words.rawShellWords(arguments)) {
      parse(word, at).ifPresent(found::add);
    }
    return found;
  }

  /** The one that a word is. */
  static Optional<HeredocStart> parse(String word, At at) {
    Matcher matcher = START.matcher(word);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return Optional.empty();
    }
    String rest = matcher.group(3);
    String name = new WordExpander('\\', at).withoutVariables(rest);
    boolean quoted = rest.chars().anyMatch(c -> "\"'\\".indexOf(c) >= 0);
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HeredocStart(name, !quoted, matcher.group(2).equals("-"), matcher.group(1)));
  }
}
