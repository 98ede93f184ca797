package dev.gantry.dashboard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of server-sent events that keeps what it got. */
public final class EventStream implements AutoCloseable {
  /** One event. */
  public record Item(long id, String type, String data) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Item> items = new CopyOnWriteArrayList<>();
  private final BufferedReader lines;

  public EventStream(URI uri, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<java.io.InputStream> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    Thread.ofVirtual().start(this::read);
  }

  public List<Item> items() {
    return items;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private void read() {
    try {
      String id = "0";
      String type = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("event:")) {
          type = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          items.add(new Item(Long.parseLong(id), type, line.substring(5).strip()));
        }
      }
    } catch (IOException e) {
      // Closed, by either side.
    }
  }
}
