package dev.gantry.run.stats;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Statistics as server-sent events, one a second, until the run ends or the reader is gone. */
final class StatsStream {
  private static final long PERIOD_MILLIS = 1000;

  private final ObjectMapper json;
  private final BooleanSupplier gone;

  StatsStream(ObjectMapper json, BooleanSupplier gone) {
    this.json = json;
    this.gone = gone;
  }

  /** Ends with an event {@code end} when there is nothing more to come. */
  void copy(Supplier<Optional<?>> looks, OutputStream out) throws IOException {
    while (!gone.getAsBoolean()) {
      Optional<?> look = looks.get();
      if (look.isEmpty()) {
        send("event: end\ndata: {}\n\n", out);
        return;
      }
      // JSON has no line feeds of its own, so that one data line holds it.
      send("data: " + json.writeValueAsString(look.get()) + "\n\n", out);
      if (!pause(PERIOD_MILLIS)) {
        return;
      }
    }
  }

  /** False when the service stops. */
  static boolean pause(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void send(String event, OutputStream out) throws IOException {
    out.write(event.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
