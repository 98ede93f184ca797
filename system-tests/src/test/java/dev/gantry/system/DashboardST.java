package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a dashboard sees. */
class DashboardST {
  private final Platform platform = Platform.shared();
  private final Runs runs = new Runs(platform);

  @Test
  void aStreamResumedAfterAnEventGoesOnWithTheNextOne() throws Exception {
    String run = runs.start(Runs.shell("exit 0"));
    platform.bus().await(Bus.RUN_EVENTS, run, "exited");
    List<String> all = ids(run, "0", 5);

    List<String> rest = ids(run, all.get(1), 3);

    assertThat(rest).isEqualTo(all.subList(2, 5));
    runs.remove(run);
  }

  @Test
  void theRunsItShowsAreTheRunsThatAre() {
    String run = runs.start(Runs.shell("sleep 300"));
    runs.awaitState(run, "running");

    Await.until(
        "the run on the dashboard",
        Duration.ofSeconds(20),
        () ->
            Lists.of(Http.get(platform.url("dashboard") + "/v1/runs").json().path("items")).stream()
                .filter(item -> item.path("id").asText().equals(run))
                .map(item -> item.path("state").asText())
                .toList()
                .equals(List.of("running")));
    runs.remove(run);
  }

  @Test
  void thePageIsServed() {
    Http.Answer page = Http.get(platform.url("dashboard") + "/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.contentType()).startsWith("text/html");
  }

  @Test
  void theSchemaOfEveryEventTypeOnTheBusIsServed() {
    String run = runs.start(Runs.shell("exit 0"));
    platform.bus().await(Bus.RUN_EVENTS, run, "exited");

    for (JsonNode fact : platform.bus().facts(Bus.RUN_EVENTS, run)) {
      String type = fact.path("type").asText();
      assertThat(Http.get(platform.url("dashboard") + "/v1/schemas/" + type).status())
          .as(type)
          .isEqualTo(200);
    }
    runs.remove(run);
  }

  /** The first few SSE ids of one run's events after a given one. */
  private List<String> ids(String run, String after, int count)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(platform.url("dashboard") + "/v1/events?subject=" + run + "&after=0"))
            .header("Accept", "text/event-stream")
            .header("Last-Event-ID", after)
            .timeout(Duration.ofSeconds(30))
            .build();
    try (HttpClient client = HttpClient.newHttpClient();
        Stream<String> lines = body(client.send(request, HttpResponse.BodyHandlers.ofLines()))) {
      List<String> ids =
          lines
              .filter(line -> line.startsWith("id:"))
              .map(line -> line.substring(3).trim())
              .limit(count)
              .toList();
      client.shutdownNow();
      return ids;
    }
  }

  private static Stream<String> body(HttpResponse<Stream<String>> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }
}
