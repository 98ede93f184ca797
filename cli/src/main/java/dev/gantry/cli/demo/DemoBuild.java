package dev.gantry.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.build.BuildReport;
import dev.gantry.cli.build.Builds;
import dev.gantry.cli.build.ContextArchive;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds the example and shows the log, the steps and the digest. */
record DemoBuild(Gantry gantry, DemoContext context) {

  void run(String tag) throws IOException, InterruptedException {
    Builds builds = new Builds(gantry.builds());
    Path archive = Files.createTempFile("gantry-context", ".tar");
    try {
      ContextArchive.write(context.directory(), "Dockerfile", archive);
      gantry
          .out()
          .println("POST " + gantry.builds().base() + "/v1/builds?tag=" + tag + "  (a tar)");
      JsonNode accepted = builds.submit(archive, "?tag=" + tag);
      gantry.out().println("202, build " + accepted.path("id").asText());
      JsonNode build = builds.follow(accepted.path("id").asText(), this::print);
      if (!build.path("state").asText().equals("succeeded")) {
        throw new ApiException(0, BuildReport.failure(build));
      }
      BuildReport.steps(build, gantry.out());
      BuildReport.result(build, gantry.out());
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private void print(JsonNode line) {
    gantry
        .out()
        .println(
            ("  | " + line.path("line").asText()).replaceAll("\\p{Cntrl}", " ").stripTrailing());
  }
}
