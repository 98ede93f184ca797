package dev.gantry.cli.image;

import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes tags and manifests. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Take tags away; with a digest, the manifest and all of its tags.")
public final class RmCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(arity = "1..*", paramLabel = "NAME[:TAG|@DIGEST]", description = "Images.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public RmCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String name : names) {
      gantry.images().delete(ImageName.parse(name).path());
      gantry.out().println(name);
    }
    return 0;
  }
}
