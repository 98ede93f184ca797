package dev.gantry.cli.system;

import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.prune.PruneFlags;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes what nobody uses. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = "Remove containers that are over, and images that none uses.")
public final class PruneCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Mixin private final PruneFlags flags = new PruneFlags();

  @Option(names = "--volumes", description = "Volumes without a name, too.")
  private boolean volumes;

  /** About this platform. */
  public PruneCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return flags.prune(gantry, "/v1/system/prune", volumes ? "&volumes=true" : "");
  }
}
