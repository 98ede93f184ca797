package dev.gantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.http.ServerSentEvents;
import dev.gantry.cli.http.ServerSentEvents.ServerSentEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The dashboard's stream of events; broken connections are taken up where they broke. */
public final class EventFeed {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Api dashboard;

  /** Through this interface. */
  public EventFeed(Api dashboard) {
    this.dashboard = dashboard;
  }

  /** Takes one CloudEvent after another. */
  public interface Reader {
    /** Whether it wants more. */
    boolean accept(JsonNode event) throws IOException;
  }

  /**
   * Follows the feed until the reader has enough. {@code after} is the number of the last event
   * that is known, {@code 0} for all that are kept, empty for new ones only.
   */
  public void follow(String after, String filter, Reader reader)
      throws IOException, InterruptedException {
    String last = after;
    while (true) {
      String query = "?" + (last.isEmpty() ? "" : "after=" + last) + filter;
      try (ServerSentEvents events =
          new ServerSentEvents(
              dashboard.stream("/v1/events" + query, Map.of("Accept", "text/event-stream")))) {
        for (Optional<ServerSentEvent> next; (next = events.next()).isPresent(); ) {
          last = next.get().id().isEmpty() ? last : next.get().id();
          if (!reader.accept(Json.MAPPER.readTree(next.get().data()))) {
            return;
          }
        }
      } catch (ApiException refused) {
        throw refused;
      } catch (IOException broken) {
        // The dashboard restarts, or found us too slow: go on after the last event.
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Reads what is kept. */
  public void kept(String filter, Reader reader) throws IOException, InterruptedException {
    for (JsonNode item : dashboard.list("/v1/events.json?after=0&limit=500" + filter)) {
      if (!reader.accept(item.has("event") ? item.path("event") : item)) {
        return;
      }
    }
  }
}
