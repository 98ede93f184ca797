package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.output.Quantities;
import java.io.PrintStream;

/** Line after line, each with the number of its step: for logs, and wherever is no terminal. */
final class PlainView implements BuildView {
  private final PrintStream out;
  private int last;

  PlainView(PrintStream out) {
    this.out = out;
  }

  @Override
  public void line(JsonNode line) {
    int step = line.path("step").asInt();
    if (line.has("progress")) {
      progress(step, line);
    } else if (!BuildView.isNarration(line)) {
      print(step, line.path("line").asText());
    }
  }

  private void progress(int step, JsonNode line) {
    JsonNode progress = line.path("progress");
    if (progress.path("state").asText().equals("running")) {
      print(
          step,
          "["
              + progress.path("stage").asText()
              + " "
              + step
              + "/"
              + progress.path("total").asText()
              + "] "
              + line.path("line").asText());
    } else if (progress.path("cached").asBoolean()) {
      print(step, "CACHED");
    } else {
      String miss = progress.path("cacheMiss").asText("");
      print(
          step,
          "DONE "
              + Quantities.millis(progress.path("durationMillis").asLong())
              + (miss.isEmpty() ? "" : " (" + miss + ")"));
    }
  }

  private void print(int step, String text) {
    if (step != last && last != 0) {
      out.println();
    }
    last = step;
    text.lines().forEach(each -> out.println("#" + step + " " + BuildView.printable(each)));
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
