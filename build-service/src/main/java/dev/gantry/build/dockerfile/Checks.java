package dev.gantry.build.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the directive {@code check} says.
 *
 * @param skipAll whether no check is made
 * @param skip names of rules, in lower case, that are not checked
 * @param error whether a warning ends the build
 */
public record Checks(boolean skipAll, Set<String> skip, boolean error) {
  /** Everything is checked, nothing ends the build. */
  public static final Checks DEFAULT = new Checks(false, Set.of(), false);

  /** Copies the set. */
  public Checks {
    skip = Set.copyOf(skip);
  }

  /** The warnings that are wanted. */
  public List<DockerfileWarning> wanted(List<DockerfileWarning> all) {
    return all.stream()
        .filter(warning -> !skipAll)
        .filter(warning -> !skip.contains(warning.rule().title().toLowerCase(Locale.ROOT)))
        .toList();
  }

  /** The problem that wanted warnings are, where the file says that they are one. */
  public Optional<DockerfileProblem> problem(List<DockerfileWarning> wanted) {
    if (!error || wanted.isEmpty()) {
      return Optional.empty();
    }
    String rules =
        wanted.stream()
            .map(warning -> warning.rule().title())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    DockerfileWarning first = wanted.getFirst();
    return Optional.of(
        new DockerfileProblem(
            DockerfileProblem.Kind.SYNTAX,
            first.spot(),
            first.spot().line(),
            null,
            "lint violation found for rules: " + rules + ": " + first.message(),
            "the directive check=error=true makes warnings errors"));
  }
}
