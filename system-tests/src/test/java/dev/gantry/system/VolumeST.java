package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What outlives containers, and what of the host they can have. */
class VolumeST {
  private final Platform platform = Platform.shared();
  private final Runs runs = new Runs(platform);
  private final Bus bus = platform.bus();

  private static String name() {
    return "st-" + UUID.randomUUID();
  }

  private static String mounts(String... mounts) {
    return "\"mounts\":[" + String.join(",", mounts) + "]";
  }

  private String url(String name) {
    return platform.url("run-service") + "/v1/volumes/" + name;
  }

  @Test
  void whatOneContainerWritesTheNextReadsUnderTheSameOwner() {
    String volume = name();
    runs.output("echo kept > /d/f; chown 7:8 /d/f", mounts("\"" + volume + ":/d\""));

    String read = runs.output("cat /d/f; stat -c %u:%g /d/f", mounts("\"" + volume + ":/d:ro\""));

    assertThat(read).isEqualTo("kept\n7:8\n");
    assertThat(Http.delete(url(volume)).status()).isEqualTo(204);
  }

  @Test
  void twoContainersShareAVolumeWhileTheyRun() {
    String volume = name();
    String writer =
        runs.start(Runs.shell("echo x > /d/f; sleep 300", mounts("\"" + volume + ":/d\"")));
    String reader =
        runs.start(
            Runs.shell(
                "while [ ! -e /d/f ]; do sleep 0.1; done; cat /d/f",
                mounts("\"" + volume + ":/d\"")));

    runs.awaitExit(reader);

    assertThat(runs.log(reader)).isEqualTo("x\n");
    assertThat(Http.delete(url(volume)).json().path("code").asText()).isEqualTo("VOLUME_IN_USE");
    runs.remove(writer);
    runs.remove(reader);
    assertThat(Http.delete(url(volume)).status()).isEqualTo(204);
  }

  @Test
  void anEmptyVolumeGetsWhatTheImageHasThere() {
    String volume = name();

    String first = runs.output("ls /etc/passwd", mounts("\"" + volume + ":/etc\""));

    assertThat(first).isEqualTo("/etc/passwd\n");
    assertThat(Http.get(url(volume)).json().path("bytes").asLong()).isPositive();
    Http.delete(url(volume));
  }

  @Test
  void theHostsFilesAreNotToBeHadUnlessItsConfigurationSaysSo() {
    String id = bus.run(name(), Runs.shell("cat /h/shadow", mounts("\"/etc:/h\"")));

    JsonNode rejected = bus.await(Bus.RUN_EVENTS, id, "rejected");

    assertThat(rejected.at("/data/reason").asText()).isEqualTo("FORBIDDEN");
    assertThat(rejected.at("/data/field").asText()).isEqualTo("mounts[0].source");
  }

  @Test
  void aVolumeCanBeMadeBeforehandAndFoundByItsLabel() {
    String volume = name();
    byte[] body =
        "{\"name\":\"%s\",\"labels\":{\"st\":\"%s\"}}"
            .formatted(volume, volume)
            .getBytes(StandardCharsets.UTF_8);

    Http.Answer made =
        Http.post(platform.url("run-service") + "/v1/volumes", "application/json", body);

    assertThat(made.status()).as(made.body()).isEqualTo(201);
    JsonNode found =
        Http.get(platform.url("run-service") + "/v1/volumes?label=st=" + volume).json();
    assertThat(found.path("items")).hasSize(1);
    assertThat(Http.delete(url(volume)).status()).isEqualTo(204);
  }
}
