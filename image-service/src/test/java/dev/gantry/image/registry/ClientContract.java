package dev.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every client does with a registry: the client unmodified, as Debian has it. */
abstract class ClientContract {
  private static final long HALF_BYTES = 4 * 1024 * 1024;
  private static final int PATIENCE_SECONDS = 180;

  @TestHTTPResource("/")
  URI base;

  @TempDir Path directory;
  private String id;

  /** Makes the image of this layout known to the client and returns how the client names it. */
  abstract String load(OciLayout layout) throws Exception;

  /** The command that pushes the image under a name; what must come before it has been done. */
  abstract List<String> push(String id, String name) throws Exception;

  /** The command that pulls an image. */
  abstract List<String> pull(String name);

  /** How the client names what it has pulled. */
  abstract String pulled(String name) throws Exception;

  /** Makes the client forget all images and layers. */
  abstract void forget() throws Exception;

  Command command() {
    return new Command(directory);
  }

  @BeforeEach
  void makeAnImage() throws Exception {
    id = load(OciLayout.make(directory.resolve("in")));
  }

  @Test
  void anImageGoesInAndComesOutTheSame() throws Exception {
    String name = host() + "/" + repository() + ":v1";
    command().run(push(id, name));
    forget();
    command().run(pull(name));
    assertThat(pulled(name)).isEqualTo(id);
  }

  @Test
  void aSecondTagIsListed() throws Exception {
    command().run(push(id, host() + "/" + repository() + "/tags:v1"));
    command().run(push(id, host() + "/" + repository() + "/tags:v2"));
    var response = new Registry(base).call("GET", "/v2/" + repository() + "/tags/tags/list", null);
    assertThat(Registry.json(response).path("tags").toString()).isEqualTo("[\"v1\",\"v2\"]");
  }

  @Test
  void severalPushesAtATimeAllSucceed() throws Exception {
    List<List<String>> commands = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      commands.add(push(id, host() + "/" + repository() + "/many" + i % 2 + ":v" + i));
    }
    List<Process> pushes = new ArrayList<>();
    for (List<String> command : commands) {
      pushes.add(command().start(command));
    }
    for (Process process : pushes) {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  @Test
  void aPushThatWasKilledSucceedsTheNextTime() throws Exception {
    try (Halfway way = new Halfway(base, HALF_BYTES)) {
      String name = way.host() + "/" + repository() + "/killed:v1";
      List<String> push = push(id, name);
      kill(push, way);
      assertThat(
              new Registry(base)
                  .call("GET", "/v2/" + repository() + "/killed/manifests/v1", null)
                  .statusCode())
          .isEqualTo(404);
      command().run(push);
      forget();
      command().run(pull(name));
      assertThat(pulled(name)).isEqualTo(id);
    }
  }

  @Test
  void aPullThatWasKilledSucceedsTheNextTime() throws Exception {
    command().run(push(id, host() + "/" + repository() + "/pulled:v1"));
    forget();
    try (Halfway way = new Halfway(base, HALF_BYTES)) {
      String name = way.host() + "/" + repository() + "/pulled:v1";
      kill(pull(name), way);
      command().run(pull(name));
      assertThat(pulled(name)).isEqualTo(id);
    }
  }

  private void kill(List<String> command, Halfway way) throws Exception {
    Process process = command().start(command);
    try {
      assertThat(way.awaitStopped(PATIENCE_SECONDS)).as("half has been sent").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    way.resume();
  }

  private String host() {
    return base.getHost().replace("localhost", "127.0.0.1") + ":" + base.getPort();
  }

  private String repository() {
    return getClass().getSimpleName().replaceAll("_.*", "").toLowerCase(java.util.Locale.ROOT);
  }
}
