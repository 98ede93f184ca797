package dev.gantry.cli.network;

import dev.gantry.cli.platform.Gantry;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands about networks. */
@Command(
    name = "network",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Make, list and remove networks.")
public final class NetworkCommand implements Runnable {
  private final Gantry gantry;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private NetworkCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  /** With its subcommands. */
  public static CommandLine commandLine(Gantry gantry) {
    return new CommandLine(new NetworkCommand(gantry))
        .addSubcommand(new CreateCommand(gantry))
        .addSubcommand(new LsCommand(gantry))
        .addSubcommand(new InspectCommand(gantry))
        .addSubcommand(new RmCommand(gantry))
        .addSubcommand(new PruneCommand(gantry));
  }

  @Override
  public void run() {
    spec.commandLine().usage(gantry.out());
  }
}
