package dev.gantry.build.dockerfile;

import java.util.List;

/** The command of RUN, CMD or ENTRYPOINT in one of its two forms. */
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
}
