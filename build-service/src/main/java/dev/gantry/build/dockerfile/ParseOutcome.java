package dev.gantry.build.dockerfile;

import java.util.List;

/** What became of a text. */
public sealed interface ParseOutcome {
  /** It is a Dockerfile that can be planned. */
  record Parsed(Dockerfile dockerfile) implements ParseOutcome {}

  /**
   * It is not, and nothing of it may run.
   *
   * @param problems at least one, in the order of lines
   */
  record Refused(List<DockerfileProblem> problems) implements ParseOutcome {
    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }

    /** The first. */
    public DockerfileProblem problem() {
      return problems.getFirst();
    }
  }
}
