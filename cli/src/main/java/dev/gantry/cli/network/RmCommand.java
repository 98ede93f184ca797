package dev.gantry.cli.network;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes networks. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Remove networks that no container uses.")
public final class RmCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Parameters(arity = "1..*", paramLabel = "NETWORK", description = "Names.")
  private List<String> names = new ArrayList<>();

  /** About this platform. */
  public RmCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String name : names) {
      gantry.runs().delete("/v1/networks/" + Api.encode(name));
      gantry.out().println(name);
    }
    return 0;
  }
}
