package dev.gantry.build.dockerfile;

import java.util.List;

/** The command of RUN, CMD, ENTRYPOINT or HEALTHCHECK in one of its forms. */
public sealed interface Command {
  /** A line for the stage's shell. */
  record Shell(String line) implements Command {}

  /** An argument vector, executed as it is. */
  record Exec(List<String> argv) implements Command {
    /** Copies the list. */
    public Exec {
      argv = List.copyOf(argv);
    }
  }

  /**
   * A here-document of RUN that begins with {@code #!}: a file that the stage's shell is told to
   * execute.
   *
   * @param name the here-document's delimiter
   */
  record Script(String name, String content) implements Command {}
}
