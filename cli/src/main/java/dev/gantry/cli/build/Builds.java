package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.http.ServerSentEvents;
import dev.gantry.cli.http.ServerSentEvents.ServerSentEvent;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Builds, through the build-service. */
public final class Builds {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int ATTEMPTS_MAX = 120;

  private final Api api;

  /** Through this interface. */
  public Builds(Api api) {
    this.api = api;
  }

  /** Submits a context; the build is accepted when this returns. {@code query} starts with ?. */
  public JsonNode submit(Path context, String query) throws IOException, InterruptedException {
    return api.post(
        "/v1/builds" + query,
        BodyPublishers.ofFile(context),
        Map.of(
            "Content-Type", "application/x-tar", "Idempotency-Key", UUID.randomUUID().toString()));
  }

  /** The build now. */
  public JsonNode get(String id) throws IOException, InterruptedException {
    return api.get("/v1/builds/" + Api.encode(id));
  }

  /** Asks for the build's end. */
  public void cancel(String id) throws IOException, InterruptedException {
    api.post("/v1/builds/" + Api.encode(id) + "/cancel");
  }

  /**
   * Reads the log, line by line, to the build's end; takes up a broken connection where it broke.
   * Returns the build as it ended.
   */
  public JsonNode follow(String id, Consumer<JsonNode> lines)
      throws IOException, InterruptedException {
    String last = "";
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Map<String, String> headers =
          last.isEmpty()
              ? Map.of("Accept", "text/event-stream")
              : Map.of("Accept", "text/event-stream", "Last-Event-ID", last);
      try (ServerSentEvents events =
          new ServerSentEvents(
              api.stream("/v1/builds/" + Api.encode(id) + "/logs?follow=true", headers))) {
        for (Optional<ServerSentEvent> next; (next = events.next()).isPresent(); ) {
          JsonNode data = Json.MAPPER.readTree(next.get().data());
          if (next.get().name().equals("end")) {
            return data;
          }
          last = next.get().id();
          lines.accept(data);
        }
      } catch (ApiException e) {
        if (e.status() != 0) {
          throw e;
        }
      } catch (IOException broken) {
        // The service restarts: the build goes on, and so does its log.
      }
      Thread.sleep(PAUSE);
    }
    throw new ApiException(0, "the log of build " + id + " is not available");
  }
}
