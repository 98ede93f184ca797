package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** After everything is removed, the host is as it was. */
class LeakST {

  @Test
  void afterDownNothingIsLeftOnTheHost() {
    List<String> before = host();
    Platform platform = Platform.start("leak");
    try {
      platform.ensureBaseImage();
      new Builds(platform)
          .succeed("leak:1", Map.of("Dockerfile", "FROM busybox:1\nRUN echo 1 > /f\n"));
      Runs runs = new Runs(platform);
      for (int i = 0; i < 5; i++) {
        runs.start(Runs.shell("sleep 300", "\"publish\":[\"0:80\"]"));
      }
      String run = runs.start(Runs.shell("sleep 300"));
      runs.awaitState(run, "running");
    } finally {
      platform.close();
    }

    Await.until("the host as it was", Duration.ofSeconds(30), () -> host().equals(before));
    assertThat(processesOf(platform.home())).isEmpty();
  }

  @Test
  void aRemovedRunLeavesNothingWhileThePlatformGoesOn() {
    Platform platform = Platform.shared();
    Runs runs = new Runs(platform);
    runs.output("true");
    List<String> before = settledHost();
    List<String> files = sandboxes(platform);

    String run = runs.start(Runs.shell("sleep 300", "\"publish\":[\"0:80\"]"));
    runs.awaitState(run, "running");
    assertThat(host()).isNotEqualTo(before);
    runs.remove(run);

    Await.until("the host as it was", Duration.ofSeconds(30), () -> host().equals(before));
    assertThat(sandboxes(platform)).isEqualTo(files);
  }

  /** The host once the sandboxes that stand ready are as many as they should be again. */
  private static List<String> settledHost() {
    List<String> host = host();
    for (List<String> last = List.of(); !host.equals(last); host = host()) {
      last = host;
      Await.sleep(Duration.ofSeconds(1));
    }
    return host;
  }

  /** Mounts, links, firewall rules and cgroups, as far as a platform could have made them. */
  private static List<String> host() {
    List<String> things = new ArrayList<>();
    things.addAll(lines("cat", "/proc/self/mountinfo"));
    things.addAll(lines("ls", "/sys/class/net"));
    things.addAll(lines("nft", "-s", "list", "ruleset"));
    things.addAll(
        lines("find", "/sys/fs/cgroup", "-type", "d", "-path", "*gantry*").stream()
            .filter(path -> !path.isBlank())
            .toList());
    return things.stream().map(LeakST::nameless).sorted().toList();
  }

  /** Sandboxes that stand ready come and go under new names; only how many there are counts. */
  private static String nameless(String thing) {
    return thing.replaceAll("warm-[0-9a-f-]{36}", "warm").replaceAll("^gt[0-9a-z]+$", "link");
  }

  private static List<String> lines(String... command) {
    return Cli.execute(Map.of(), Duration.ofSeconds(10), List.of(command))
        .stdout()
        .lines()
        .toList();
  }

  private static List<String> sandboxes(Platform platform) {
    return lines(
        "find",
        platform.home().resolve("run-service").toString(),
        "-mindepth",
        "1",
        "-maxdepth",
        "2",
        "-path",
        "*runs/*");
  }

  private static List<String> processesOf(Path home) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .map(LeakST::commandLine)
          .filter(line -> line.contains(home.toString()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
