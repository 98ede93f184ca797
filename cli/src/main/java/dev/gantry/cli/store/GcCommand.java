package dev.gantry.cli.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.request.Seconds;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Collects garbage in the registry. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    description = {
      "Throw away what no image refers to any more; the registry serves meanwhile.",
      "What is newer than the grace period (gantry.gc.grace) stays."
    })
public final class GcCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--dry-run", description = "Say what would go, and keep it.")
  private boolean dryRun;

  @Option(
      names = "--untagged",
      arity = "0..1",
      fallbackValue = "0",
      converter = Seconds.class,
      paramLabel = "AGE",
      description = "Manifests that no tag leads to go as well, those of this age: 30m, 720h.")
  private @Nullable Double untagged;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** On this platform. */
  public GcCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String path = "/v1/gc?dryRun=" + dryRun;
    if (untagged != null) {
      path += "&untaggedSeconds=" + Math.round(untagged);
    }
    JsonNode report = gantry.images().post(path, BodyPublishers.noBody(), Map.of());
    gantry
        .out()
        .println(
            format == Format.json
                ? Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report)
                : line(report));
    return 0;
  }

  private static String line(JsonNode report) {
    return String.format(
        "%s %d blobs (%s), %d links, %d manifests, %d uploads in %s; kept as new: %d blobs, %d links",
        report.path("dryRun").asBoolean() ? "would delete" : "deleted",
        report.path("blobs").asLong(),
        Quantities.bytes(report.path("freedBytes").asLong()),
        report.path("links").asLong(),
        report.path("manifests").asLong(),
        report.path("uploads").asLong(),
        Quantities.millis(Math.round(report.path("seconds").asDouble() * 1000)),
        report.path("keptBlobs").asLong(),
        report.path("keptLinks").asLong());
  }
}
