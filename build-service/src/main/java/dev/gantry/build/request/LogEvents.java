package dev.gantry.build.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.log.LogLine;
import dev.gantry.build.log.LogTail;
import dev.gantry.build.queue.Build;
import dev.gantry.build.queue.BuildCatalog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A log as server-sent events: each line under its number, as event {@code step} where it tells
 * that a step begins or is done, then an event {@code end} with the build. Whoever comes back with
 * the number of the last line goes on behind it.
 */
final class LogEvents {
  private static final long STATE_MILLIS = 250;
  private static final long HEARTBEAT_MILLIS = 15_000;

  private final BuildLogs logs;
  private final BuildCatalog catalog;
  private final ObjectMapper json;
  private final String build;
  private final long after;

  LogEvents(BuildLogs logs, BuildCatalog catalog, ObjectMapper json, String build, long after) {
    this.logs = logs;
    this.catalog = catalog;
    this.json = json;
    this.build = build;
    this.after = after;
  }

  void write(OutputStream out) throws IOException {
    long number = 0;
    long silentSince = System.nanoTime();
    LogTail tail = logs.read(build);
    send(out, ": build " + build + "\n\n");
    Optional<Build> ended = ended();
    while (true) {
      Optional<LogLine> line = tail.next();
      if (line.isPresent()) {
        number++;
        if (number > after) {
          send(out, event(number, line.get()));
        }
        continue;
      }
      if (ended.isPresent()) {
        break;
      }
      if ((System.nanoTime() - silentSince) / 1_000_000 >= HEARTBEAT_MILLIS) {
        send(out, ": \n\n");
        silentSince = System.nanoTime();
      }
      out.flush();
      pause(tail);
      ended = tail.isGrowing() ? Optional.empty() : ended();
    }
    String data = json.writeValueAsString(BuildDocument.of(ended.get()));
    send(out, "event: end\ndata: " + data + "\n\n");
    out.flush();
  }

  private String event(long number, LogLine line) throws IOException {
    String name = line.progress() == null ? "" : "event: step\n";
    return "id: " + number + "\n" + name + "data: " + json.writeValueAsString(line) + "\n\n";
  }

  /** The build once it has ended; then its log grows no more. */
  private Optional<Build> ended() throws IOException {
    try {
      return catalog.get(build).filter(found -> found.state().isFinal());
    } catch (SQLException e) {
      throw new IOException("the build's state is not known", e);
    }
  }

  private static void pause(LogTail tail) throws InterruptedIOException {
    try {
      tail.await(STATE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
