package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.http.ServerSentEvents;
import dev.gantry.cli.http.ServerSentEvents.ServerSentEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
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
  private static final int SUBMISSIONS_MAX = 10;
  private static final long AT_ONCE_BYTES_MAX = 32L << 20;

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

  /**
   * Submits a request with what belongs to it; the build is accepted when this returns. Sent again
   * under the same key while nobody answers.
   *
   * @param parts values of secrets, by the name of their part
   */
  JsonNode submit(ObjectNode request, Optional<Path> context, Map<String, byte[]> parts)
      throws IOException, InterruptedException {
    FormBody form = new FormBody();
    if (context.isPresent() && Files.size(context.get()) > AT_ONCE_BYTES_MAX) {
      request.set("context", new ContextUpload(api, context.get()).send());
    } else if (context.isPresent()) {
      form.add("context", "application/x-tar", context.get());
    }
    form.add("spec", "application/json", Json.MAPPER.writeValueAsBytes(request));
    for (Map.Entry<String, byte[]> part : parts.entrySet()) {
      form.add(part.getKey(), "application/octet-stream", part.getValue());
    }
    Map<String, String> headers =
        Map.of("Content-Type", form.mediaType(), "Idempotency-Key", UUID.randomUUID().toString());
    for (int attempt = 1; ; attempt++) {
      try {
        return api.post("/v1/builds", form.publisher(), headers);
      } catch (ApiException e) {
        throw e;
      } catch (IOException broken) {
        if (attempt == SUBMISSIONS_MAX) {
          throw broken;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** What a Dockerfile says, as the service understands it; its problems where it does not. */
  JsonNode check(String dockerfile, String query) throws IOException, InterruptedException {
    return api.post(
        "/v1/dockerfiles/check" + query,
        BodyPublishers.ofString(dockerfile),
        Map.of("Content-Type", "text/x-dockerfile"));
  }

  /** The image of a build as an archive: {@code oci}, {@code docker}, or its files, {@code tar}. */
  InputStream image(String id, String format) throws IOException, InterruptedException {
    return api.stream("/v1/builds/" + Api.encode(id) + "/image?format=" + format, Map.of());
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
