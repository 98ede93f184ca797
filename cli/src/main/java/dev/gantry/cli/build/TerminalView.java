package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.output.Quantities;
import dev.gantry.linux.terminal.Terminal;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Steps side by side on a terminal, drawn anew ten times a second: what is done, from the cache or
 * not, and of what runs for how long and the last lines that it wrote. Thread-safe.
 */
final class TerminalView implements BuildView {
  private static final int FRAME_MILLIS = 100;
  private static final int TAIL_LINES = 6;
  private static final String ERASE_BELOW = "\u001b[J";
  private static final String UP = "\u001b[%dA";
  private static final String BLUE = "\u001b[34m";
  private static final String GREY = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintStream out;
  private final Supplier<Terminal.Size> size;
  private final long begun = System.nanoTime();
  private final Map<Integer, Step> steps = new TreeMap<>();
  private final List<String> said = new ArrayList<>();
  private final Thread painter;
  private int drawn;
  private boolean closed;

  private static final class Step {
    private final String title;
    private final long begun = System.nanoTime();
    private final Deque<String> tail = new ArrayDeque<>();
    private String end = "";
    private boolean done;

    Step(String title) {
      this.title = title;
    }
  }

  TerminalView(PrintStream out, Supplier<Terminal.Size> size) {
    this.out = out;
    this.size = size;
    this.painter = Thread.ofPlatform().daemon().name("build-view").start(this::paint);
  }

  private void paint() {
    try {
      while (true) {
        Thread.sleep(FRAME_MILLIS);
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void line(JsonNode line) {
    int number = line.path("step").asInt();
    if (line.has("progress")) {
      progress(number, line);
    } else if (!line.has("step")) {
      said.add(BuildView.printable(line.path("line").asText()));
    } else if (!BuildView.isNarration(line)) {
      Step step = steps.get(number);
      if (step != null) {
        step.tail.add(BuildView.printable(line.path("line").asText()));
        if (step.tail.size() > TAIL_LINES) {
          step.tail.remove();
        }
      }
    }
  }

  private void progress(int number, JsonNode line) {
    JsonNode progress = line.path("progress");
    String title =
        "["
            + progress.path("stage").asText()
            + " "
            + number
            + "/"
            + progress.path("total").asText()
            + "] "
            + BuildView.printable(line.path("line").asText().lines().findFirst().orElse(""));
    Step step = steps.computeIfAbsent(number, _ -> new Step(title));
    if (progress.path("state").asText().equals("done")) {
      String miss = progress.path("cacheMiss").asText("");
      step.done = true;
      step.end =
          progress.path("cached").asBoolean()
              ? "CACHED"
              : Quantities.millis(progress.path("durationMillis").asLong())
                  + (miss.isEmpty() ? "" : "  " + BuildView.printable(miss));
    }
  }

  private synchronized void draw() {
    if (closed) {
      return;
    }
    Terminal.Size now = size.get();
    List<String> lines = lines(true);
    int room = Math.max(2, now.rows() - 1);
    // The beginning is what is known longest: it scrolls out of sight first.
    List<String> shown = lines.subList(Math.max(0, lines.size() - room), lines.size());
    frame(shown, now.columns());
    drawn = shown.size();
  }

  private void frame(List<String> lines, int columns) {
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append('\r').append(String.format(UP, drawn));
    }
    frame.append(ERASE_BELOW);
    for (String line : lines) {
      frame.append(fitting(line, Math.max(20, columns))).append('\n');
    }
    out.print(frame);
    out.flush();
  }

  private List<String> lines(boolean tails) {
    long done = steps.values().stream().filter(step -> step.done).count();
    List<String> lines = new ArrayList<>();
    lines.add(
        "[+] Building " + seconds(begun) + " (" + done + "/" + Math.max(done, steps.size()) + ")");
    for (Step step : steps.values()) {
      String colour = step.done ? BLUE : "";
      String end = step.done ? step.end : seconds(step.begun);
      lines.add(colour + " => " + step.title + "  " + end);
      if (!step.done && tails) {
        step.tail.forEach(text -> lines.add(GREY + " => => " + text));
      }
    }
    said.forEach(text -> lines.add(" => " + text));
    return lines;
  }

  private static String seconds(long since) {
    return String.format("%.1fs", (System.nanoTime() - since) / 1e9);
  }

  /** Colours take no place. */
  private static String fitting(String line, int columns) {
    int escape = line.startsWith("\u001b") ? line.indexOf('m') + 1 : 0;
    String text = line.substring(escape);
    String cut = text.length() > columns ? text.substring(0, columns - 1) + "…" : text;
    return line.substring(0, escape) + cut + (escape > 0 ? PLAIN : "");
  }

  /** Leaves all steps on the screen, those that did not end with what they wrote last. */
  @Override
  public void close() {
    painter.interrupt();
    synchronized (this) {
      if (!closed) {
        closed = true;
        frame(lines(true), size.get().columns());
      }
    }
  }
}
