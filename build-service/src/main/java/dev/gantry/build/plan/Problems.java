package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.DockerfileProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Goes on after what is wrong, so that all of it is told at once. */
final class Problems {
  private static final int PROBLEMS_MAX = 100;

  private final List<DockerfileProblem> found = new ArrayList<>();

  /** A part of the work; where it is impossible, what to go on with. */
  <T> T attempt(Supplier<T> part, T otherwise) {
    try {
      return part.get();
    } catch (DockerfileException e) {
      if (found.size() < PROBLEMS_MAX) {
        found.add(e.problem());
      }
      return otherwise;
    }
  }

  boolean any() {
    return !found.isEmpty();
  }

  /** In the order of lines, each once. */
  List<DockerfileProblem> all() {
    return found.stream()
        .distinct()
        .sorted(Comparator.comparingInt(DockerfileProblem::line))
        .toList();
  }
}
