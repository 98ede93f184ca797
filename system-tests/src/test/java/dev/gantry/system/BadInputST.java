package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bad input costs its sender an answer, and nobody else anything. */
class BadInputST {
  /** Nobody can be told whose request this was: a dead letter. {@code %s} makes each unique. */
  private static final List<String> POISON =
      List.of(
          "no json %s",
          "{\"half\":\"%s\"",
          "[\"%s\"]",
          "\"%s\"",
          "{\"specversion\":\"1.0\",\"id\":\"%s\",\"type\":\"dev.gantry.run.requested.v1\",\"data\":{}}",
          "{\"specversion\":\"1.0\",\"source\":\"/%s\",\"type\":\"dev.gantry.run.requested.v1\",\"data\":{}}",
          "{\"specversion\":\"1.0\",\"source\":\"/p\",\"id\":\"%s\",\"data\":{}}",
          "{\"specversion\":\"1.0\",\"source\":\"/p\",\"id\":\"%s\",\"type\":\"no.such.type\",\"data\":{}}",
          "{\"specversion\":\"0.1\",\"source\":\"/p\",\"id\":\"%s\",\"type\":\"dev.gantry.run.requested.v1\",\"data\":{}}",
          "{\"specversion\":\"1.0\",\"source\":\"/p\",\"id\":\"%s\",\"type\":\"dev.gantry.run.requested.v1\",\"data\":[]}");

  /** Well-formed requests that cannot be honoured: their run is rejected, with a reason. */
  private static final List<String> REFUSED =
      List.of(
          "{}",
          "{\"image\":7}",
          "{\"image\":\"UPPER CASE\"}",
          "{\"image\":\"busybox:1\",\"colour\":\"red\"}",
          "{\"image\":\"busybox:1\",\"publish\":[\"99999:80\"]}",
          "{\"image\":\"busybox:1\",\"resources\":{\"memory\":\"much\"}}",
          "{\"image\":\"busybox:1\",\"resources\":{\"pids\":-1}}",
          "{\"image\":\"busybox:1\",\"name\":\"../etc\"}",
          "{\"image\":\"busybox:1\",\"stopSignal\":\"SIGNOTHING\"}",
          "{\"image\":\"no-such-image:1\"}");

  private final Platform platform = Platform.shared();
  private final Bus bus = platform.bus();

  @Test
  void twoHundredMalformedRecordsGetTheirAnswersWhileGoodOnesGoOn() {
    List<String> poison = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    List<String> good = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      for (int kind = 0; kind < 10; kind++) {
        String value = POISON.get(kind).formatted(UUID.randomUUID());
        poison.add(value);
        bus.publish(Bus.RUN_REQUESTS, null, value, Map.of());
        refused.add(bus.run(UUID.randomUUID().toString(), REFUSED.get(kind)));
      }
      good.add(bus.run(UUID.randomUUID().toString(), Runs.shell("exit 0")));
    }

    good.forEach(run -> bus.await(Bus.RUN_EVENTS, run, "exited"));
    refused.forEach(run -> bus.await(Bus.RUN_EVENTS, run, "rejected"));
    for (String value : poison) {
      Map<String, String> letter =
          Await.value(
              "the dead letter of " + value,
              Duration.ofSeconds(30),
              () -> bus.deadLetter(Bus.RUN_REQUESTS, value));
      assertThat(letter)
          .containsKeys("gantry-dlt-reason", "gantry-dlt-message", "gantry-dlt-offset")
          .containsEntry("gantry-dlt-topic", Bus.RUN_REQUESTS);
    }
    Runs runs = new Runs(platform);
    good.forEach(runs::remove);
  }

  @Test
  void aRejectionNamesTheFieldAndTheReason() {
    String run =
        bus.run(UUID.randomUUID().toString(), "{\"image\":\"busybox:1\",\"colour\":\"red\"}");

    JsonNode rejected = bus.await(Bus.RUN_EVENTS, run, "rejected");

    assertThat(rejected.at("/data/reason").asText()).isEqualTo("UNKNOWN_FIELD");
    assertThat(rejected.at("/data/message").asText()).contains("colour");
  }

  @Test
  void aBadRunOverRestIsAProblemThatNamesItsField() {
    for (String spec : REFUSED.subList(0, 9)) {
      Http.Answer answer =
          Http.post(
              new Runs(platform).url(), "application/json", spec.getBytes(StandardCharsets.UTF_8));

      assertThat(answer.status()).as(spec).isEqualTo(400);
      assertThat(answer.contentType()).startsWith("application/problem+json");
      assertThat(answer.json().path("field").asText()).as(answer.body()).isNotEmpty();
    }
  }

  @Test
  void anUnknownRunOrBuildIsAProblemOfStatus404() {
    for (String url :
        List.of(
            new Runs(platform).url() + "/ffffffffffff",
            platform.url("build-service") + "/v1/builds/ffffffffffff")) {
      Http.Answer answer = Http.get(url);

      assertThat(answer.status()).as(url).isEqualTo(404);
      assertThat(answer.contentType()).startsWith("application/problem+json");
    }
  }

  @Test
  void anUnsupportedInstructionFailsTheBuildNamingItsLine() {
    JsonNode build =
        new Builds(platform)
            .build("bad:1", Map.of("Dockerfile", "FROM busybox:1\n\nTELEPORT /home\n"));

    assertThat(build.path("state").asText()).isEqualTo("failed");
    assertThat(build.at("/error/line").asInt()).isEqualTo(3);
    assertThat(build.at("/error/message").asText()).contains("TELEPORT");
  }

  @Test
  void theRegistryAnswersWithItsOwnErrorCodes() {
    Http.Answer answer = Http.get(platform.url("image-service") + "/v2/no/such/manifests/1");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().at("/errors/0/code").asText())
        .isIn("MANIFEST_UNKNOWN", "NAME_UNKNOWN");
  }

  @Test
  void aContextThatIsNoTarIsRefused() {
    Http.Answer answer =
        Http.post(
            platform.url("build-service") + "/v1/builds?tag=bad:2",
            "application/x-tar",
            "this is no tar".repeat(100).getBytes(StandardCharsets.UTF_8));

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.contentType()).startsWith("application/problem+json");
  }
}
