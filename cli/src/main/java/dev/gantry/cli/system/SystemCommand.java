package dev.gantry.cli.system;

import dev.gantry.cli.platform.Gantry;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands about the host. */
@Command(
    name = "system",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Show what takes space on the host, and remove what nobody uses.")
public final class SystemCommand implements Runnable {
  private final Gantry gantry;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private SystemCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  /** With its subcommands. */
  public static CommandLine commandLine(Gantry gantry) {
    return new CommandLine(new SystemCommand(gantry))
        .addSubcommand(new DfCommand(gantry))
        .addSubcommand(new PruneCommand(gantry));
  }

  @Override
  public void run() {
    spec.commandLine().usage(gantry.out());
  }
}
