package dev.gantry.cli.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.output.Quantities;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks for bit rot in the registry's store. */
@Command(
    name = "scrub",
    mixinStandardHelpOptions = true,
    description = {
      "Compare every blob of the registry with its digest.",
      "Corrupt ones go to quarantine, so that they can be pushed again; exit status 1 then."
    })
public final class ScrubCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Gantry gantry;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** On this platform. */
  public ScrubCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode report = gantry.images().post("/v1/scrub");
    while (report.path("running").asBoolean()) {
      Thread.sleep(PAUSE);
      report = gantry.images().get("/v1/scrub");
    }
    if (format == Format.json) {
      gantry.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else {
      print(report);
    }
    return report.path("corruptBlobs").asLong() + report.path("missingBlobs").asLong() > 0 ? 1 : 0;
  }

  private void print(JsonNode report) {
    gantry
        .out()
        .printf(
            "read %d blobs (%s) in %s: %d corrupt, %d missing%n",
            report.path("blobs").asLong(),
            Quantities.bytes(report.path("readBytes").asLong()),
            Quantities.millis(Math.round(report.path("seconds").asDouble() * 1000)),
            report.path("corruptBlobs").asLong(),
            report.path("missingBlobs").asLong());
    report.path("corrupt").forEach(digest -> gantry.out().println("corrupt " + digest.asText()));
    report.path("missing").forEach(digest -> gantry.out().println("missing " + digest.asText()));
  }
}
