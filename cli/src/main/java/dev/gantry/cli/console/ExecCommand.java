package dev.gantry.cli.console;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Executes a command in a container. */
@Command(
    name = "exec",
    mixinStandardHelpOptions = true,
    description = {
      "Execute a command in a container that runs.",
      "Its exit code is the command's; it ends when this is interrupted."
    })
public final class ExecCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-i", "--interactive"},
      description = "Pass on what is typed here.")
  private boolean interactive;

  @Option(
      names = {"-t", "--tty"},
      description = "Give it a terminal.")
  private boolean tty;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "User (name or id) of the process.")
  private String user = "";

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "PATH",
      description = "Working directory of the process.")
  private String workdir = "";

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      description = "Set a variable; without a value, as it is set here.")
  private List<String> env = new ArrayList<>();

  @Parameters(index = "0", paramLabel = "RUN", description = "Id, beginning of an id, or name.")
  private String run = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to do.")
  private List<String> command = new ArrayList<>();

  /** About this platform. */
  public ExecCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> query = new ArrayList<>();
    command.forEach(word -> query.add("command=" + Api.encode(word)));
    for (String variable : env) {
      String value = variable.contains("=") ? variable : known(variable);
      if (!value.isEmpty()) {
        query.add("env=" + Api.encode(value));
      }
    }
    query.add("user=" + Api.encode(user));
    query.add("workdir=" + Api.encode(workdir));
    return new Consoles(gantry).exec(run, query, interactive, tty);
  }

  private String known(String name) {
    String value = gantry.environment().get(name);
    return value == null ? "" : name + "=" + value;
  }
}
