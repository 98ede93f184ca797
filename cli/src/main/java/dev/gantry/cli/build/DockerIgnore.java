package dev.gantry.cli.build;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A {@code .dockerignore} as the client uses it: to send less. The builder applies the file again
 * and reports what is wrong with it, so a file that is not understood here ignores nothing.
 */
final class DockerIgnore {
  private record Rule(Pattern pattern, boolean excludes) {}

  private final List<Rule> rules;

  private DockerIgnore(List<Rule> rules) {
    this.rules = rules;
  }

  static DockerIgnore parse(List<String> lines) {
    List<Rule> rules = new ArrayList<>();
    try {
      for (String line : lines) {
        String text = line.startsWith("#") ? "" : line.strip();
        if (!text.isEmpty()) {
          rules.add(rule(text));
        }
      }
    } catch (PatternSyntaxException e) {
      return new DockerIgnore(List.of());
    }
    return new DockerIgnore(rules);
  }

  /** Whether a path below the context is left out; the last rule that matches decides. */
  boolean ignores(String path) {
    boolean ignored = false;
    for (Rule rule : rules) {
      if (rule.excludes() != ignored && matches(rule, path)) {
        ignored = rule.excludes();
      }
    }
    return ignored;
  }

  /** Whether nothing below an ignored directory can come back. */
  boolean prunes() {
    return rules.stream().allMatch(Rule::excludes);
  }

  /** A rule for a directory is one for all that is below it. */
  private static boolean matches(Rule rule, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (rule.pattern().matcher(path.substring(0, end)).matches()) {
        return true;
      }
    }
    return false;
  }

  private static Rule rule(String text) {
    boolean excludes = !text.startsWith("!");
    String pattern = clean(excludes ? text : text.substring(1).strip());
    return new Rule(Pattern.compile(regex(pattern)), excludes);
  }

  /** Like Go's filepath.Clean, without the root. */
  private static String clean(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/")) {
      if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> {
          if (!pattern.startsWith("**", i)) {
            regex.append("[^/]*");
            continue;
          }
          i++;
          boolean slash = pattern.startsWith("/", i + 1);
          i += slash ? 1 : 0;
          regex.append(i + 1 >= pattern.length() ? ".*" : "(.*/)?");
        }
        case '?' -> regex.append("[^/]");
        case '[', ']', '-' -> regex.append(c);
        case '^' -> regex.append(i > 0 && pattern.charAt(i - 1) == '[' ? "^" : "\\^");
        case '\\' -> {
          i++;
          if (i >= pattern.length()) {
            throw new PatternSyntaxException("ends with \\", pattern, i);
          }
          regex.append(Pattern.quote(pattern.substring(i, i + 1)));
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
