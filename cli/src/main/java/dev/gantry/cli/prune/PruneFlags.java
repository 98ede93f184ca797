package dev.gantry.cli.prune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Removes what nobody uses: shows it, asks, and then does it. */
public final class PruneFlags {
  private static final int DECLINED = 1;

  @Option(
      names = {"-f", "--force"},
      description = "Do not ask.")
  private boolean force;

  @Option(names = "--dry-run", description = "Only show what would be removed.")
  private boolean dryRun;

  /** By the run-service, at a path that knows {@code dryRun}; the exit code. */
  public int prune(Gantry gantry, String path) throws IOException, InterruptedException {
    Api api = gantry.runs();
    if (dryRun || !force) {
      JsonNode preview = api.post(path + "?dryRun=true");
      Pruned.print("would remove", preview, gantry.out());
      if (dryRun || !Pruned.isSomething(preview)) {
        return 0;
      }
      if (!Confirmation.asked("Remove all this?", gantry.err())) {
        return DECLINED;
      }
    }
    Pruned.print("removed", api.post(path), gantry.out());
    return 0;
  }
}
