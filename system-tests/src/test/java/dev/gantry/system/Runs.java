package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs over REST: start, look, read logs, remove. */
record Runs(Platform platform) {

  String url() {
    return platform.url("run-service") + "/v1/runs";
  }

  /** Starts a run by REST and returns its id. */
  String start(String spec) {
    Http.Answer answer =
        Http.post(url(), "application/json", spec.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return answer.json().path("id").asText();
  }

  /** Runs a shell script in the base image to its end and returns what it printed. */
  String output(String script, String... more) {
    String id = start(shell(script, more));
    awaitExit(id);
    String output = log(id);
    remove(id);
    return output;
  }

  /**
   * A request for {@code sh -c script} in the base image; {@code more} are further JSON members.
   */
  static String shell(String script, String... more) {
    List<String> members = new ArrayList<>();
    members.add("\"image\":\"busybox:1\"");
    members.add(
        "\"command\":[\"sh\",\"-c\"," + Platform.JSON.getNodeFactory().textNode(script) + "]");
    members.addAll(List.of(more));
    return "{" + String.join(",", members) + "}";
  }

  JsonNode get(String id) {
    return Http.get(url() + "/" + id).json();
  }

  JsonNode awaitState(String id, String... states) {
    try {
      return Await.value(
          List.of(states) + " of run " + id,
          Duration.ofSeconds(90),
          () -> {
            JsonNode run = get(id);
            return List.of(states).contains(run.path("state").asText())
                ? Optional.of(run)
                : Optional.empty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; it is " + get(id), e);
    }
  }

  JsonNode awaitExit(String id) {
    return awaitState(id, "exited", "stopped", "rejected", "lost");
  }

  String log(String id) {
    return Http.get(url() + "/" + id + "/logs").body();
  }

  void remove(String id) {
    Http.Answer answer = Http.delete(url() + "/" + id + "?force=true");
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    Await.until(
        "removal of run " + id,
        Duration.ofSeconds(60),
        () -> {
          Http.Answer look = Http.get(url() + "/" + id);
          String state = look.json().path("state").asText();
          return look.status() == 404 || state.equals("removed") || state.equals("rejected");
        });
  }
}
