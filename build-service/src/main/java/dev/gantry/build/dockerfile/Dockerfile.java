package dev.gantry.build.dockerfile;

import java.util.List;

/**
 * A Dockerfile, typed.
 *
 * @param name the path by which problems name it
 * @param escape the escape character, a backslash or a backtick
 * @param globals the ARGs before the first FROM
 * @param stages at least one
 */
public record Dockerfile(
    String name, char escape, List<Instruction.Arg> globals, List<Stage> stages) {
  /** Copies the lists. */
  public Dockerfile {
    globals = List.copyOf(globals);
    stages = List.copyOf(stages);
  }
}
