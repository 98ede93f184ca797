package dev.gantry.build.dockerfile;

/** What became of a text. */
public sealed interface ParseOutcome {
  /** It is a Dockerfile that can be planned. */
  record Parsed(Dockerfile dockerfile) implements ParseOutcome {}

  /** It is not, and nothing of it may run. */
  record Refused(DockerfileProblem problem) implements ParseOutcome {}
}
