package dev.gantry.build.dockerfile;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** RUN: its flags, and what its here-documents make of its command. */
final class RunParser {
  private final Statement statement;
  private final Flags flags;

  RunParser(Statement statement, Flags flags) {
    this.statement = statement;
    this.flags = flags;
  }

  Instruction.Run run() {
    List<String> mounts = flags.texts("mount");
    Instruction.Network network = network(flags.text("network"));
    requireSandbox(flags.text("security"));
    flags.refuse("device", "there are no devices in a build");
    flags.end();
    return new Instruction.Run(
        statement.at(), command(), new Instruction.RunFlags(mounts, network));
  }

  private Instruction.Network network(@Nullable String text) {
    return switch (text) {
      case null -> Instruction.Network.DEFAULT;
      case "default" -> Instruction.Network.DEFAULT;
      case "none" -> Instruction.Network.NONE;
      case "host" -> Instruction.Network.HOST;
      default ->
          throw statement
              .syntax("--network", "invalid network mode: \"" + text + "\"")
              .hint("it is default, none or host");
    };
  }

  private void requireSandbox(@Nullable String security) {
    if (security == null || security.equals("sandbox")) {
      return;
    }
    if (security.equals("insecure")) {
      throw statement
          .unsupported("--security", "RUN --security=insecure is not supported")
          .hint("every RUN is in a sandbox; leave the flag out");
    }
    throw statement
        .syntax(
            "--security", "invalid security mode: \"" + security.toLowerCase(Locale.ROOT) + "\"")
        .hint("it is sandbox");
  }

  /**
   * Alone on its line, a here-document is the script, or the file that is executed where it begins
   * with {@code #!}; else the shell gets all of it as it stands.
   */
  private Command command() {
    Command command = InstructionParser.command(statement, flags.rest());
    if (command instanceof Command.Exec exec) {
      if (exec.argv().isEmpty()) {
        throw statement.syntax("RUN requires at least one argument");
      }
      return command;
    }
    if (statement.heredocs().isEmpty()) {
      return command;
    }
    if (HeredocStart.parse(flags.rest(), statement.at()).isEmpty()) {
      return new Command.Shell(withBodies(flags.rest(), statement.heredocs()));
    }
    Heredoc script = statement.heredocs().getFirst();
    return script.content().startsWith("#!")
        ? new Command.Script(script.name(), script.content())
        : new Command.Shell(script.content());
  }

  static String withBodies(String line, List<Heredoc> heredocs) {
    StringBuilder text = new StringBuilder(line);
    for (Heredoc heredoc : heredocs) {
      text.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    return text.toString();
  }
}
