package dev.gantry.cli.network;

import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.prune.PruneFlags;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes the networks that no container uses. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = "Remove all networks that no container uses.")
public final class PruneCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Mixin private final PruneFlags flags = new PruneFlags();

  /** About this platform. */
  public PruneCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return flags.prune(gantry, "/v1/networks/prune", "");
  }
}
