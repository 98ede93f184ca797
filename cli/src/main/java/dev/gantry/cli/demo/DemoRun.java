package dev.gantry.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.event.EventFeed;
import dev.gantry.cli.event.EventLine;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.Json;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.run.RunView;
import dev.gantry.cli.run.Runs;
import dev.gantry.events.EntityId;
import dev.gantry.events.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Runs an image by a message from a client that is not ours, and shows what happens. */
final class DemoRun {
  static final String LABEL = "dev.gantry.demo";
  private static final String SOURCE = "/demo";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT = 8080;

  private final Gantry gantry;
  private final String requestId = UUID.randomUUID().toString();
  private final ObjectNode request;

  DemoRun(Gantry gantry, String image) {
    this.gantry = gantry;
    this.request = request(requestId, image);
  }

  /** Returns when the run has started; until then its events are printed as they arrive. */
  RunView publishAndWatch() throws IOException, InterruptedException {
    String message = Json.MAPPER.writeValueAsString(request);
    List<String> command = List.of("kcat", "-P", "-b", gantry.kafka(), "-t", Topics.RUN_REQUESTS);
    gantry.out().println("$ echo '" + message + "' |");
    gantry.out().println("    " + String.join(" ", command));
    pipe(command, message);
    String id = EntityId.derive(EntityId.Kind.RUN, SOURCE, requestId).value();
    gantry.out().println("the events of run " + id + ":");
    watch(id);
    return new Runs(gantry.runs()).get(id);
  }

  /** Asks the published port with curl and shows the answer. */
  void curl(RunView run) throws IOException, InterruptedException {
    int port = run.json().path("ports").path(0).path("hostPort").asInt();
    List<String> command =
        List.of(
            "curl",
            "-sS",
            "--max-time",
            "10",
            "--retry",
            "5",
            "--retry-connrefused",
            "http://127.0.0.1:" + port + "/");
    gantry.out().println("$ curl http://127.0.0.1:" + port + "/");
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (curl.waitFor() != 0) {
      throw new ApiException(0, "the published port does not answer: " + answer.strip());
    }
    answer.lines().forEach(line -> gantry.out().println("  " + line));
  }

  private static ObjectNode request(String id, String image) {
    ObjectNode request = Json.MAPPER.createObjectNode();
    request.put("specversion", "1.0").put("id", id).put("source", SOURCE);
    request.put("type", "dev.gantry.run.requested.v1");
    ObjectNode data = request.putObject("data").put("image", image);
    data.putObject("resources").put("memory", "64m");
    data.putArray("publish").add("0:" + PORT);
    data.putObject("labels").put(LABEL, "hello");
    return request;
  }

  private static void pipe(List<String> command, String input)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write((input + "\n").getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new ApiException(0, command.getFirst() + " failed: " + output.strip());
    }
  }

  private void watch(String id) throws IOException, InterruptedException {
    Watch watch = new Watch();
    Thread follower =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    new EventFeed(gantry.dashboard()).follow("0", "&subject=" + id, watch::accept);
                  } catch (IOException e) {
                    watch.failure = String.valueOf(e.getMessage());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    if (!follower.join(PATIENCE)) {
      throw new ApiException(
          0, "run " + id + " has not started after " + PATIENCE.toSeconds() + " s");
    }
    if (!watch.failure.isEmpty()) {
      throw new ApiException(0, watch.failure);
    }
  }

  /** Prints events up to the one that says how the start ended. */
  private final class Watch {
    private volatile String failure = "";

    boolean accept(JsonNode event) {
      gantry.out().println("  " + EventLine.of(event));
      String type = event.path("type").asText();
      if (type.contains(".rejected.") || type.contains(".exited.") || type.contains(".lost.")) {
        failure = "the run did not stay: " + event.path("data");
        return false;
      }
      return !type.contains(".run.started.");
    }
  }
}
