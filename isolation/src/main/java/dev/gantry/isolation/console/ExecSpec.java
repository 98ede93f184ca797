package dev.gantry.isolation.console;

import java.util.List;
import java.util.Optional;

/**
 * A command to be executed in a running sandbox. What the sandbox's own process is confined by
 * confines it, too.
 *
 * @param argv the command, looked up in {@code PATH}, and its arguments
 * @param env {@code NAME=value}, added to those of the sandbox's process; they win over its
 * @param workdir an absolute path of an existing directory; empty: that of the sandbox's process
 * @param user as in the sandbox's specification; empty: that of the sandbox's process
 * @param terminal whether it gets a terminal, and of what size; output and error are one then
 * @param stdin whether it reads what is written to {@link Exec#stdin()}; else its input is empty
 */
public record ExecSpec(
    List<String> argv,
    List<String> env,
    String workdir,
    String user,
    Optional<TerminalSize> terminal,
    boolean stdin) {

  /** Copies the lists; refuses an empty command and what has a NUL character. */
  public ExecSpec {
    argv = List.copyOf(argv);
    env = List.copyOf(env);
    if (argv.isEmpty() || argv.getFirst().isEmpty()) {
      throw new IllegalArgumentException("argv is empty");
    }
    argv.forEach(ExecSpec::requireNoNul);
    env.forEach(ExecSpec::requireVariable);
    requireNoNul(workdir);
    requireNoNul(user);
    if (!workdir.isEmpty() && !workdir.startsWith("/")) {
      throw new IllegalArgumentException("workdir '" + workdir + "' is not absolute");
    }
  }

  /** A command without input and terminal, by the user, in the directory of the process. */
  public static ExecSpec of(List<String> argv) {
    return new ExecSpec(argv, List.of(), "", "", Optional.empty(), false);
  }

  private static void requireVariable(String variable) {
    requireNoNul(variable);
    if (variable.indexOf('=') < 1) {
      throw new IllegalArgumentException("'" + variable + "' is not NAME=value");
    }
  }

  private static void requireNoNul(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("'" + text.replace('\0', '?') + "' has a NUL character");
    }
  }
}
