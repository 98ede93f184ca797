package dev.gantry.build.context;

import dev.gantry.build.tree.Patterns;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a {@code .dockerignore} (moby/patternmatcher): one pattern a line, the last that
 * matches a path or a directory above it decides, {@code !} includes again, {@code **} stands for
 * any number of directories.
 */
public final class DockerIgnore {
  /** Ignores nothing. */
  public static final DockerIgnore NONE = new DockerIgnore(Patterns.of(List.of()));

  private static final int RULES_MAX = 10_000;

  private final Patterns patterns;

  private DockerIgnore(Patterns patterns) {
    this.patterns = patterns;
  }

  /**
   * Reads the rules.
   *
   * @throws InvalidContextException for a bad pattern, naming it and its line
   */
  public static DockerIgnore parse(String text) throws InvalidContextException {
    List<String> rules = new ArrayList<>();
    String[] lines = text.replaceFirst("^\uFEFF", "").split("\n", RULES_MAX + 2);
    if (lines.length > RULES_MAX) {
      throw new InvalidContextException(".dockerignore has more than " + RULES_MAX + " lines");
    }
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (!line.startsWith("#") && !line.isBlank()) {
        rules.add(checked(line.strip(), i + 1));
      }
    }
    return new DockerIgnore(Patterns.of(rules));
  }

  private static String checked(String rule, int line) throws InvalidContextException {
    try {
      Patterns.of(List.of(rule));
    } catch (IllegalArgumentException e) {
      throw new InvalidContextException(".dockerignore line " + line + ": " + e.getMessage());
    }
    return rule;
  }

  /** The rules as patterns: what is matched is left out. */
  Patterns patterns() {
    return patterns;
  }

  /** Whether the path, such as {@code src/main.c}, is left out. */
  public boolean ignores(String path) {
    return patterns.matches(path);
  }
}
