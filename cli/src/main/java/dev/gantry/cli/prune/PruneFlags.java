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

  /**
   * By the run-service; the exit code.
   *
   * @param path knows {@code dryRun}
   * @param query what else it is told, empty or beginning with {@code &}
   */
  public int prune(Gantry gantry, String path, String query)
      throws IOException, InterruptedException {
    Api api = gantry.runs();
    String noun = path.split("/")[2];
    if (dryRun || !force) {
      JsonNode preview = api.post(path + "?dryRun=true" + query);
      Pruned.print("would remove", noun, preview, gantry.out());
      if (dryRun || !Pruned.isSomething(preview)) {
        return 0;
      }
      if (!Confirmation.asked("Remove all this?", gantry.err())) {
        return DECLINED;
      }
    }
    Pruned.print("removed", noun, api.post(path + "?dryRun=false" + query), gantry.out());
    return 0;
  }
}
