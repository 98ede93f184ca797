package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code <<EOF} of an instruction's line, before its body is read. */
record HeredocStart(String name, boolean expand, boolean chomp, String descriptor) {
  private static final Pattern START = Pattern.compile("(\\d*)<<(-?)\\s*([^<]*)");

  /**
   * All that the line opens, in order; what only looks like one inside quotes is none. A line that
   * is no words, such as shell code with a quote of its own, opens none.
   */
  static List<HeredocStart> find(String arguments, At at) {
    List<String> words;
    try {
      words = new WordExpander('\\', at).rawWords(arguments);
    } catch (DockerfileException _) {
      return List.of();
    }
    List<HeredocStart> found = new ArrayList<>();
    for (String word : words) {
      parse(word, at).ifPresent(found::add);
    }
    return found;
  }

  /** The one that a text is, if it is one and nothing else. */
  static Optional<HeredocStart> parse(String text, At at) {
    Matcher matcher = START.matcher(text);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return Optional.empty();
    }
    String written = matcher.group(3);
    List<String> words;
    try {
      words = new WordExpander('\\', at).withoutVariables(written);
    } catch (DockerfileException _) {
      return Optional.empty();
    }
    if (words.size() != 1) {
      return Optional.empty();
    }
    boolean quoted = written.indexOf('"') >= 0 || written.indexOf('\'') >= 0;
    return Optional.of(
        new HeredocStart(
            words.getFirst(), !quoted, matcher.group(2).equals("-"), matcher.group(1)));
  }
}
