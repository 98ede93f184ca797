package dev.gantry.build.context;

import dev.gantry.build.tree.Glob;
import dev.gantry.build.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules of a {@code .dockerignore} (moby/patternmatcher): one pattern a line, the last that
 * matches a path or a directory above it decides, {@code !} includes again, {@code **} stands for
 * any number of directories.
 */
public final class DockerIgnore {
  /** Ignores nothing. */
  public static final DockerIgnore NONE = new DockerIgnore(List.of());

  private static final int RULES_MAX = 10_000;

  private record Rule(Pattern pattern, boolean include) {}

  private final List<Rule> rules;

  private DockerIgnore(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads the rules.
   *
   * @throws InvalidContextException for a bad pattern, naming it and its line
   */
  public static DockerIgnore parse(String text) throws InvalidContextException {
    List<Rule> rules = new ArrayList<>();
    List<String> lines = text.replaceFirst("^\uFEFF", "").lines().toList();
    if (lines.size() > RULES_MAX) {
      throw new InvalidContextException(".dockerignore has more than " + RULES_MAX + " lines");
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith("#") && !line.isBlank()) {
        rules.add(rule(line.strip(), i + 1));
      }
    }
    return new DockerIgnore(rules);
  }

  private static Rule rule(String text, int line) throws InvalidContextException {
    boolean include = text.startsWith("!");
    String pattern = include ? text.substring(1).strip() : text;
    if (pattern.isEmpty()) {
      throw bad(line, "illegal exclusion pattern: \"!\"");
    }
    try {
      return new Rule(Glob.path(Paths.clean(pattern)), include);
    } catch (IllegalArgumentException e) {
      throw bad(line, "syntax error in pattern: " + pattern);
    }
  }

  private static InvalidContextException bad(int line, String message) {
    return new InvalidContextException(".dockerignore line " + line + ": " + message);
  }

  /** Whether the path, such as {@code src/main.c}, is left out. */
  public boolean ignores(String path) {
    boolean ignored = false;
    for (Rule rule : rules) {
      if (rule.include() == ignored && matchesOrParentMatches(rule.pattern(), path)) {
        ignored = !rule.include();
      }
    }
    return ignored;
  }

  private static boolean matchesOrParentMatches(Pattern pattern, String path) {
    for (String at = path; !at.isEmpty(); at = Paths.parent(at)) {
      if (pattern.matcher(at).matches()) {
        return true;
      }
    }
    return false;
  }
}
