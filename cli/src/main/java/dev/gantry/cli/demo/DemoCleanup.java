package dev.gantry.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.event.EventFeed;
import dev.gantry.cli.event.EventLine;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.run.RunView;
import dev.gantry.cli.run.Runs;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Ends what earlier versions of the demo's container still run. */
record DemoCleanup(Gantry gantry) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> SHOWN = List.of("exited", "stopped", "removed");

  void stopAllBut(RunView kept) throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    for (JsonNode each : runs.list(true, "&label=" + DemoRun.LABEL + "%3Dhello")) {
      RunView run = new RunView(each);
      if (run.id().equals(kept.id())) {
        continue;
      }
      gantry.out().println("$ gantry stop " + run.shortId() + " && gantry rm " + run.shortId());
      if (!run.isOver()) {
        runs.order(run.id(), "stop", "");
        runs.await(run.id(), RunView::isOver, PATIENCE);
      }
      runs.remove(run.id(), true, true);
      show(run.id());
    }
  }

  private void show(String id) throws IOException, InterruptedException {
    new EventFeed(gantry.dashboard())
        .follow(
            "0",
            "&subject=" + id,
            event -> {
              String type = event.path("type").asText();
              if (SHOWN.stream().anyMatch(verb -> type.contains("." + verb + "."))) {
                gantry.out().println("  " + EventLine.of(event));
              }
              return !type.contains(".removed.");
            });
  }
}
