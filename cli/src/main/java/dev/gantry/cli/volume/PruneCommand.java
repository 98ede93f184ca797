package dev.gantry.cli.volume;

import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.prune.PruneFlags;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes the volumes that no container uses. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = "Remove volumes without a name that no container uses, and what is in them.")
public final class PruneCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Mixin private final PruneFlags flags = new PruneFlags();

  @Option(
      names = {"-a", "--all"},
      description = "Those too that have a name.")
  private boolean all;

  /** About this platform. */
  public PruneCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return flags.prune(gantry, "/v1/volumes/prune", all ? "&all=true" : "");
  }
}
