package dev.gantry.cli.image;

import dev.gantry.cli.platform.Gantry;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands about images; those that no command about runs is called like are at the top too. */
@Command(
    name = "image",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "List, inspect, tag, copy, import and remove images.")
public final class ImageCommand implements Runnable {
  private final Gantry gantry;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private ImageCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  /** With its subcommands. */
  public static CommandLine commandLine(Gantry gantry) {
    return new CommandLine(new ImageCommand(gantry))
        .addSubcommand("ls", new ImagesCommand(gantry))
        .addSubcommand(new TagsCommand(gantry))
        .addSubcommand(new InspectCommand(gantry))
        .addSubcommand(new HistoryCommand(gantry))
        .addSubcommand(new RmCommand(gantry))
        .addSubcommand(new RetagCommand(gantry))
        .addSubcommand(new CopyCommand(gantry))
        .addSubcommand(new ImportCommand(gantry));
  }

  @Override
  public void run() {
    spec.commandLine().usage(gantry.out());
  }
}
