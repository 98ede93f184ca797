package dev.gantry.build.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An ordered list of patterns, as {@code .dockerignore}, {@code --exclude} and {@code --parents}
 * have them (moby/patternmatcher): the last that matches a path or a directory above it decides,
 * {@code !} takes back, {@code **} stands for any number of directories. Immutable.
 */
public final class Patterns {
  private static final String WILD = "*?[]\\";

  /** How one pattern is compared; most need no more than a comparison of text. */
  private sealed interface Test {
    record Exact(String path) implements Test {}

    record Prefix(String start) implements Test {}

    record Suffix(String end) implements Test {}

    record Wild(Glob glob) implements Test {}
  }

  private record Rule(Test test, boolean exception) {
    boolean matches(String path) {
      return switch (test) {
        case Test.Exact exact -> path.equals(exact.path());
        case Test.Prefix prefix -> path.startsWith(prefix.start());
        case Test.Suffix suffix ->
            path.endsWith(suffix.end())
                || (suffix.end().startsWith("/") && path.equals(suffix.end().substring(1)));
        case Test.Wild wild -> wild.glob().matches(path);
      };
    }
  }

  /** What the patterns say of a path; needed to ask about what lies beneath it. */
  public static final class Verdict {
    private final boolean matched;
    private final boolean[] rules;

    private Verdict(boolean matched, boolean[] rules) {
      this.matched = matched;
      this.rules = rules;
    }

    /** Whether the path is matched. */
    public boolean matched() {
      return matched;
    }
  }

  private final List<Rule> rules;

  private Patterns(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads patterns, one an element; empty ones are skipped.
   *
   * @throws IllegalArgumentException for a bad pattern, naming it
   */
  public static Patterns of(List<String> patterns) {
    List<Rule> rules = new ArrayList<>();
    for (String pattern : patterns) {
      if (!pattern.isBlank()) {
        rules.add(rule(pattern.strip()));
      }
    }
    return new Patterns(rules);
  }

  private static Rule rule(String text) {
    boolean exception = text.startsWith("!");
    String pattern = exception ? text.substring(1).strip() : text;
    if (pattern.isEmpty()) {
      throw new IllegalArgumentException("illegal exclusion pattern: \"!\"");
    }
    String clean = cleaned(pattern);
    // Compiled in any case: that is what finds bad patterns.
    Glob glob = Glob.path(clean);
    if (!hasWild(clean)) {
      return new Rule(new Test.Exact(clean), exception);
    }
    if (clean.startsWith("**") && !hasWild(clean.substring(2))) {
      return new Rule(new Test.Suffix(clean.substring(2)), exception);
    }
    if (clean.endsWith("**") && !hasWild(clean.substring(0, clean.length() - 2))) {
      return new Rule(new Test.Prefix(clean.substring(0, clean.length() - 2)), exception);
    }
    return new Rule(new Test.Wild(glob), exception);
  }

  private static boolean hasWild(String text) {
    return text.chars().anyMatch(c -> WILD.indexOf(c) >= 0);
  }

  /**
   * As Go's {@code filepath.Clean}, without a slash at the beginning: a {@code ..} that leads out
   * stays, so that the pattern matches nothing.
   */
  private static String cleaned(String pattern) {
    List<String> clean = new ArrayList<>();
    for (String component : Paths.split(pattern)) {
      boolean up = component.equals("..");
      if (up && !clean.isEmpty() && !clean.getLast().equals("..")) {
        clean.removeLast();
      } else if (!up || !pattern.startsWith("/")) {
        clean.add(component);
      }
    }
    return clean.isEmpty() ? "." : String.join("/", clean);
  }

  /** Whether there is no pattern at all. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether what lies in a matched directory may be taken back. */
  public boolean hasExceptions() {
    return rules.stream().anyMatch(Rule::exception);
  }

  /** The verdict on the root: nothing is matched. */
  public Verdict root() {
    return new Verdict(false, new boolean[rules.size()]);
  }

  /** The verdict on a path in a directory. */
  public Verdict of(String path, Verdict directory) {
    boolean matched = false;
    boolean[] matches = Arrays.copyOf(directory.rules, rules.size());
    for (int i = 0; i < matches.length; i++) {
      Rule rule = rules.get(i);
      if (!matches[i] && rule.exception() == matched) {
        matches[i] = rule.matches(path);
      }
      if (matches[i]) {
        matched = !rule.exception();
      }
    }
    return new Verdict(matched, matches);
  }

  /** Whether a path is matched, such as {@code src/main.c}. */
  public boolean matches(String path) {
    Verdict verdict = root();
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      verdict = of(path.substring(0, end), verdict);
    }
    return of(path, verdict).matched();
  }
}
