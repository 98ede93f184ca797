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
import java.util.concurrent.TimeUnit;

/**
 * A log as server-sent events: each line under its number, then an event {@code end} with the
 * build. Whoever comes back with the number of the last line goes on behind it.
 */
final class LogEvents {
  private static final long PAUSE_MILLIS = 100;
  private static final long STATE_MILLIS = 500;
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
    long idleMillis = 0;
    Optional<Build> ended = ended();
    try (LogTail tail = logs.read(build)) {
      send(out, ": build " + build + "\n\n");
      while (true) {
        Optional<LogLine> line = tail.next();
        if (line.isPresent()) {
          number++;
          if (number > after) {
            String data = json.writeValueAsString(line.get());
            send(out, "id: " + number + "\ndata: " + data + "\n\n");
          }
          continue;
        }
        if (ended.isPresent()) {
          break;
        }
        out.flush();
        idleMillis += pause();
        if (idleMillis % HEARTBEAT_MILLIS == 0) {
          send(out, ": \n\n");
        }
        if (idleMillis % STATE_MILLIS == 0) {
          ended = ended();
        }
      }
    }
    String data = json.writeValueAsString(BuildDocument.of(ended.get()));
    send(out, "event: end\ndata: " + data + "\n\n");
    out.flush();
  }

  /** The build once it has ended; then its log grows no more. */
  private Optional<Build> ended() throws IOException {
    try {
      return catalog.get(build).filter(found -> found.state().isFinal());
    } catch (SQLException e) {
      throw new IOException("the build's state is not known", e);
    }
  }

  private static long pause() throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      return PAUSE_MILLIS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
