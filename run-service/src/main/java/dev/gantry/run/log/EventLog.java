package dev.gantry.run.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.isolation.log.LogEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;

/** Server-sent events: one for each entry, and one at the end that shows the run. */
final class EventLog implements LogForm {
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int IDLE_BEFORE_HEARTBEAT = 30;

  private final ObjectMapper json;
  private final Supplier<Object> last;
  private long number;
  private int idle;

  /** The data of one event. */
  record Line(Instant time, String stream, String line, boolean partial) {}

  EventLog(ObjectMapper json, Supplier<Object> last) {
    this.json = json;
    this.last = last;
  }

  @Override
  public void entry(LogEntry entry, OutputStream out) throws IOException {
    number++;
    idle = 0;
    Line line =
        new Line(
            entry.time(),
            entry.stream().name().toLowerCase(Locale.ROOT),
            new String(entry.bytes(), StandardCharsets.UTF_8),
            entry.partial());
    send("id: " + number + "\n", line, out);
  }

  @Override
  public void idle(OutputStream out) throws IOException {
    idle++;
    if (idle % IDLE_BEFORE_HEARTBEAT == 0) {
      out.write(HEARTBEAT);
    }
  }

  @Override
  public void end(OutputStream out) throws IOException {
    send("event: end\n", last.get(), out);
  }

  private void send(String head, Object data, OutputStream out) throws IOException {
    // JSON has no line feeds of its own, so that one data line holds it.
    String event = head + "data: " + json.writeValueAsString(data) + "\n\n";
    out.write(event.getBytes(StandardCharsets.UTF_8));
  }
}
