package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code <<EOF} of an instruction's line, before its body is read. */
record HeredocStart(String name, boolean expand, boolean chomp, String descriptor) {
  private static final Pattern START = Pattern.compile("^(\\d*)<<(-?)([^<]*)$");

  /** All that the line opens, in order; what only looks like one inside quotes is none. */
  static List<HeredocStart> find(String arguments, int line) {
    List<HeredocStart> found = new ArrayList<>();
    for (String word : Words.rawShellWords(arguments)) {
      Matcher matcher = START.matcher(word);
      if (matcher.matches() && !matcher.group(3).isEmpty()) {
        String rest = matcher.group(3);
        String name = new WordExpander('\\', line).withoutVariables(rest);
        boolean quoted = rest.indexOf('"') >= 0 || rest.indexOf('\'') >= 0;
        if (!name.isEmpty()) {
          found.add(
              new HeredocStart(name, !quoted, matcher.group(2).equals("-"), matcher.group(1)));
        }
      }
    }
    return found;
  }
}
