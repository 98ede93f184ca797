package dev.gantry.build.dockerfile;

import java.util.List;

/**
 * A Dockerfile, typed.
 *
 * @param name the path by which problems name it
 * @param escape the escape character, a backslash or a backtick
 * @param checks which warnings are wanted, and whether any ends the build
 * @param globals the ARGs before the first FROM
 * @param stages at least one
 * @param warnings what is probably not meant, as far as the text alone shows it
 */
public record Dockerfile(
    String name,
    char escape,
    Checks checks,
    List<Instruction.Arg> globals,
    List<Stage> stages,
    List<DockerfileWarning> warnings) {
  /** Copies the lists. */
  public Dockerfile {
    globals = List.copyOf(globals);
    stages = List.copyOf(stages);
    warnings = List.copyOf(warnings);
  }
}
