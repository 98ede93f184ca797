package dev.gantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.output.Format;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.run.Runs;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows events: those that are kept, and new ones as they arrive. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description = {
      "Show events.",
      "Alone: all that are kept. With --follow: new ones as they arrive, until Ctrl-C; with",
      "--from-beginning too: first all that are kept."
    })
public final class EventsCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-f", "--follow"},
      description = "Wait for new events.")
  private boolean follow;

  @Option(names = "--from-beginning", description = "With --follow: first all that are kept.")
  private boolean fromBeginning;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only this type: dev.gantry.run.exited.v1, or run.exited for short.")
  private String type = "";

  @Option(names = "--run", paramLabel = "RUN", description = "Only events of this run.")
  private String run = "";

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** About this platform. */
  public EventsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String filter = filter();
    EventFeed feed = new EventFeed(gantry.dashboard());
    if (follow) {
      feed.follow(fromBeginning ? "0" : "", filter, this::print);
    } else {
      feed.kept(filter, this::print);
    }
    return 0;
  }

  private String filter() throws IOException, InterruptedException {
    StringBuilder filter = new StringBuilder();
    if (!type.isEmpty()) {
      filter.append("&type=").append(Api.encode(EventLine.fullType(type)));
    }
    if (!run.isEmpty()) {
      filter.append("&subject=").append(new Runs(gantry.runs()).get(run).id());
    }
    return filter.toString();
  }

  private boolean print(JsonNode event) throws IOException {
    gantry
        .out()
        .println(
            format == Format.json ? Json.MAPPER.writeValueAsString(event) : EventLine.of(event));
    gantry.out().flush();
    return !gantry.out().checkError();
  }
}
