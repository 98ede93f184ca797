package dev.gantry.cli.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads a {@code text/event-stream} (WHATWG HTML, "Server-sent events"). */
public final class ServerSentEvents implements AutoCloseable {
  private final BufferedReader lines;
  private String lastId = "";

  /**
   * One event.
   *
   * @param id the last id that was sent up to it, empty when none was
   * @param name the event's type, {@code message} when it has none
   */
  public record ServerSentEvent(String id, String name, String data) {}

  /** Takes over the stream. */
  public ServerSentEvents(InputStream stream) {
    this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /** The next event; waits for it. Empty at the end of the stream. */
  public Optional<ServerSentEvent> next() throws IOException {
    StringBuilder data = new StringBuilder();
    String name = "message";
    for (String line; (line = lines.readLine()) != null; ) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          data.setLength(data.length() - 1);
          return Optional.of(new ServerSentEvent(lastId, name, data.toString()));
        }
        name = "message";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (field) {
        case "data" -> data.append(value).append('\n');
        case "event" -> name = value;
        case "id" -> lastId = value;
        default -> {} // a comment, a retry hint, or from the future
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
