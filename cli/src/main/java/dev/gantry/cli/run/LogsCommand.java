package dev.gantry.cli.run;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.request.Seconds;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a container printed. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Show a container's output.")
public final class LogsCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the container exits.")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "LINES",
      description = "Only the last lines.")
  private @Nullable Integer tail;

  @Option(
      names = {"-t", "--timestamps"},
      description = "With the time of each line.")
  private boolean timestamps;

  @Option(
      names = "--since",
      paramLabel = "TIME|DURATION",
      description = "Only lines from then on: 2026-01-02T03:04:05Z, or 10m ago.")
  private String since = "";

  @Option(names = "--until", paramLabel = "TIME|DURATION", description = "Only lines before then.")
  private String until = "";

  @Option(names = "--stream", paramLabel = "stdout|stderr", description = "Only this one.")
  private String stream = "";

  @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
  private String run = "";

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /** About this platform. */
  public LogsCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String query =
        "follow="
            + follow
            + "&timestamps="
            + timestamps
            + (tail == null ? "" : "&tail=" + tail)
            + time("since", since)
            + time("until", until)
            + streams();
    new Runs(gantry.runs()).copyLog(run, query, gantry.out());
    return 0;
  }

  /** A time, or how long ago it was. */
  private static String time(String name, String text) {
    if (text.isEmpty()) {
      return "";
    }
    boolean ago = text.matches("[0-9.]+[a-zµ].*|[0-9]{1,6}");
    String time =
        ago
            ? Instant.now().minusMillis(Math.round(new Seconds().convert(text) * 1000)).toString()
            : text;
    return "&" + name + "=" + Api.encode(time);
  }

  private String streams() {
    return switch (stream) {
      case "" -> "";
      case "stdout" -> "&stdout=true&stderr=false";
      case "stderr" -> "&stdout=false&stderr=true";
      default ->
          throw new CommandLine.ParameterException(
              spec.commandLine(), "'" + stream + "' is not a stream: stdout, stderr");
    };
  }
}
