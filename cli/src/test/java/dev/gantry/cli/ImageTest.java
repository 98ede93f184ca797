package dev.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.cli.http.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be done with images that exist. */
class ImageTest {
  private static final String TAGGED = "{\"digest\":\"sha256:1\"}";
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private Shell shell;
  private FakeService service;

  @BeforeEach
  void start() throws Exception {
    shell = new Shell();
    service = shell.service();
  }

  @AfterEach
  void stop() {
    shell.close();
  }

  @Test
  void tagsAreThoseOfOneRepository() {
    service.on("GET /v1/images", 200, "{\"items\":[{\"tag\":\"v1\"},{\"tag\":\"v2\"}]}");

    shell.execute("tags -q team/app");

    assertThat(shell.out()).isEqualTo("v1\nv2\n");
    assertThat(service.lines()).containsExactly("GET /v1/images?limit=500&repository=team%2Fapp");
  }

  @Test
  void historyShowsWhereATagWasAndByWhom() {
    service.on(
        "GET /v1/images/team/app/tags/latest/history",
        200,
        "{\"items\":[{\"changedAt\":\"2026-01-31T12:00:00Z\",\"actor\":\"ann\"}]}");

    shell.execute("history team/app");

    assertThat(shell.out()).contains("2026-01-31T12:00:00Z   (taken away)   ann");
  }

  @Test
  void retagPointsATagToWhatAnotherOneNames() throws Exception {
    service.on("POST /v1/images/app/tags/stable", 200, TAGGED);

    assertThat(shell.execute("retag app:v1 stable")).isZero();

    assertThat(Json.MAPPER.readTree(service.asked().getFirst().body()))
        .isEqualTo(Json.MAPPER.readTree("{\"reference\":\"v1\"}"));
    assertThat(shell.out()).isEqualTo("app:stable is sha256:1\n");
  }

  @Test
  void cpNamesWhatIsCopiedAndAsks() throws Exception {
    service.on("POST /v1/images/mine/tags/2", 200, TAGGED);

    assertThat(shell.execute("image cp --referrers app:v1 mine:2")).isZero();

    assertThat(Json.MAPPER.readTree(service.asked().getFirst().body()))
        .isEqualTo(
            Json.MAPPER.readTree("{\"from\":\"app\",\"reference\":\"v1\",\"referrers\":true}"));
  }

  @Test
  void rmTakesATagAway() {
    service.on("DELETE /v1/images/app/manifests/v1", 204, "");

    assertThat(shell.execute("image rm app:v1")).isZero();

    assertThat(shell.out()).isEqualTo("app:v1\n");
  }

  @Test
  void rmOfADigestNamesTheManifest() {
    service.on("DELETE /v1/images/app/manifests/" + DIGEST, 204, "");

    assertThat(shell.execute("image rm app@" + DIGEST)).isZero();
  }

  @Test
  void inspectPrintsWhatTheServiceKnows() throws Exception {
    service.on("GET /v1/images/app/manifests/v1", 200, TAGGED);

    shell.execute("image inspect app:v1");

    assertThat(Json.MAPPER.readTree(shell.out()))
        .isEqualTo(Json.MAPPER.readTree("[" + TAGGED + "]"));
  }

  @Test
  void anImageOfAnotherRegistryIsRefused() {
    assertThat(shell.execute("image rm docker.io/app:v1")).isEqualTo(1);

    assertThat(shell.err()).contains("a name here is NAME[:TAG]");
  }

  @Test
  void aDigestHasNoHistory() {
    assertThat(shell.execute("history app@" + DIGEST)).isEqualTo(1);

    assertThat(shell.err()).contains("a tag, please");
  }
}
