package dev.gantry.cli.platform;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Which Gantry this is. */
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Print the version of Gantry and of the JVM that it runs on.")
public final class VersionCommand implements Callable<Integer> {
  private final Gantry gantry;

  /** Prints there. */
  public VersionCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() {
    gantry.out().println("gantry " + current() + " (JVM " + Runtime.version() + ")");
    return 0;
  }

  /** From the jar's manifest; {@code dev} when the classes run from a folder. */
  public static String current() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
