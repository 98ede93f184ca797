package dev.gantry.cli;

import dev.gantry.cli.bench.BenchCommand;
import dev.gantry.cli.build.BuildCommand;
import dev.gantry.cli.console.AttachCommand;
import dev.gantry.cli.console.ExecCommand;
import dev.gantry.cli.copy.CpCommand;
import dev.gantry.cli.demo.DemoCommand;
import dev.gantry.cli.event.EventsCommand;
import dev.gantry.cli.image.HistoryCommand;
import dev.gantry.cli.image.ImageCommand;
import dev.gantry.cli.image.ImagesCommand;
import dev.gantry.cli.image.ImportCommand;
import dev.gantry.cli.image.RetagCommand;
import dev.gantry.cli.image.TagsCommand;
import dev.gantry.cli.network.NetworkCommand;
import dev.gantry.cli.platform.DownCommand;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.platform.StatusCommand;
import dev.gantry.cli.platform.UpCommand;
import dev.gantry.cli.platform.VersionCommand;
import dev.gantry.cli.run.InspectCommand;
import dev.gantry.cli.run.KillCommand;
import dev.gantry.cli.run.LogsCommand;
import dev.gantry.cli.run.PauseCommand;
import dev.gantry.cli.run.PsCommand;
import dev.gantry.cli.run.RestartCommand;
import dev.gantry.cli.run.RmCommand;
import dev.gantry.cli.run.RunCommand;
import dev.gantry.cli.run.StatsCommand;
import dev.gantry.cli.run.StopCommand;
import dev.gantry.cli.run.TopCommand;
import dev.gantry.cli.run.UnpauseCommand;
import dev.gantry.cli.run.UpdateCommand;
import dev.gantry.cli.run.WaitCommand;
import dev.gantry.cli.store.GcCommand;
import dev.gantry.cli.store.ScrubCommand;
import dev.gantry.cli.system.SystemCommand;
import dev.gantry.cli.verify.TestCommand;
import dev.gantry.cli.volume.VolumeCommand;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry point of the {@code gantry} command. Exit codes: 0, 1 when what was asked for failed (in
 * one line on standard error), 2 for a wrong call; {@code run} returns the container's.
 */
@Command(
    name = "gantry",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Builds, stores and runs containers; every step is an event.",
      "",
      "GANTRY_HOME (state directory) and GANTRY_INSTANCE (name) choose the platform.",
      ""
    })
public final class Main implements Runnable {
  private static final int FAILED = 1;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  static void main(String[] args) {
    Gantry gantry =
        new Gantry(
            Path.of(System.getProperty("gantry.root", ".")).toAbsolutePath().normalize(),
            System.getenv(),
            System.out,
            System.err);
    System.exit(commandLine(gantry).execute(args));
  }

  /** The whole command, ready to parse and execute. */
  static CommandLine commandLine(Gantry gantry) {
    CommandLine line = new CommandLine(new Main());
    line.addSubcommand(new UpCommand(gantry))
        .addSubcommand(new DownCommand(gantry))
        .addSubcommand(new StatusCommand(gantry))
        .addSubcommand(new DemoCommand(gantry))
        .addSubcommand(new BuildCommand(gantry));
    addImages(line, gantry);
    line.addSubcommand(restAsGiven(new RunCommand(gantry)))
        .addSubcommand(restAsGiven(new ExecCommand(gantry)))
        .addSubcommand(new AttachCommand(gantry))
        .addSubcommand(new PsCommand(gantry))
        .addSubcommand(new LogsCommand(gantry))
        .addSubcommand(new StopCommand(gantry))
        .addSubcommand(new KillCommand(gantry))
        .addSubcommand(new PauseCommand(gantry))
        .addSubcommand(new UnpauseCommand(gantry))
        .addSubcommand(new RestartCommand(gantry))
        .addSubcommand(new UpdateCommand(gantry))
        .addSubcommand(new WaitCommand(gantry))
        .addSubcommand(new InspectCommand(gantry))
        .addSubcommand(new StatsCommand(gantry))
        .addSubcommand(new TopCommand(gantry))
        .addSubcommand(new RmCommand(gantry))
        .addSubcommand(VolumeCommand.commandLine(gantry))
        .addSubcommand(NetworkCommand.commandLine(gantry))
        .addSubcommand(SystemCommand.commandLine(gantry))
        .addSubcommand(new CpCommand(gantry))
        .addSubcommand(new EventsCommand(gantry))
        .addSubcommand(new TestCommand(gantry))
        .addSubcommand(
            restAsGiven(new BenchCommand(gantry)).setUnmatchedOptionsArePositionalParams(true))
        .addSubcommand(new VersionCommand(gantry));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((exception, command, result) -> report(exception, gantry));
    return line;
  }

  private static void addImages(CommandLine line, Gantry gantry) {
    line.addSubcommand(new ImagesCommand(gantry))
        .addSubcommand(ImageCommand.commandLine(gantry))
        .addSubcommand(new TagsCommand(gantry))
        .addSubcommand(new HistoryCommand(gantry))
        .addSubcommand(new RetagCommand(gantry))
        .addSubcommand(new ImportCommand(gantry))
        .addSubcommand(new GcCommand(gantry))
        .addSubcommand(new ScrubCommand(gantry));
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  /** Options after the first argument belong to the container, or the benchmark. */
  private static CommandLine restAsGiven(Object command) {
    return new CommandLine(command).setStopAtPositional(true);
  }

  private static int report(Exception exception, Gantry gantry) {
    String message = exception.getMessage();
    if (exception instanceof IOException && message != null) {
      gantry.err().println("gantry: " + message);
    } else {
      gantry.err().println("gantry: " + exception);
      if (gantry.environment().containsKey("GANTRY_DEBUG")) {
        exception.printStackTrace(gantry.err());
      }
    }
    return FAILED;
  }

  /** {@code --version}. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gantry " + VersionCommand.current()};
    }
  }
}
