package dev.gantry.cli.volume;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes volumes. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Remove volumes that no container uses, and what is in them.")
public final class RmCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(arity = "1..*", paramLabel = "VOLUME", description = "Names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public RmCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String name : names) {
      gantry.runs().delete("/v1/volumes/" + Api.encode(name));
      gantry.out().println(name);
    }
    return 0;
  }
}
