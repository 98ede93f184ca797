package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files between this machine and containers, by the command line. */
class CopyST {
  private final Platform platform = Platform.shared();
  private final Runs runs = new Runs(platform);

  @TempDir Path here;

  @Test
  void aDirectoryGoesInAndComesBack() throws IOException {
    String id = runs.start(Runs.shell("sleep 300"));
    runs.awaitState(id, "running");
    Path sent = Files.createDirectories(here.resolve("sent/below"));
    Files.writeString(sent.resolve("f"), "there and back\n");

    platform.cli().run("cp", here.resolve("sent").toString(), id + ":/tmp").expectSuccess();
    platform.cli().run("cp", id + ":/tmp/sent", here.resolve("back").toString()).expectSuccess();

    assertThat(here.resolve("back/below/f")).hasContent("there and back\n");
    runs.remove(id);
  }

  @Test
  void aFileComesOutOfAContainerThatIsOver() throws IOException {
    String id = runs.start(Runs.shell("echo left > /left"));
    runs.awaitExit(id);

    platform.cli().run("cp", id + ":/left", here.toString()).expectSuccess();

    assertThat(here.resolve("left")).hasContent("left\n");
    runs.remove(id);
  }

  @Test
  void aContainerThatSwapsDirectoriesForLinksReachesNothingOfTheHost() throws IOException {
    Path target = Files.createDirectory(here.resolve("target"));
    String id =
        runs.start(
            Runs.shell(
                "mkdir -p /tmp/d; while :; do mv /tmp/d /tmp/e; ln -s "
                    + target
                    + " /tmp/d; rm /tmp/d; mv /tmp/e /tmp/d; done"));
    runs.awaitState(id, "running");
    Path file = Files.writeString(here.resolve("evil"), "evil");

    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    int tries = 0;
    while (System.nanoTime() < end || tries < 3) {
      platform.cli().run("cp", file.toString(), id + ":/tmp/d/evil");
      tries++;
    }

    assertThat(target).isEmptyDirectory();
    runs.remove(id);
  }
}
