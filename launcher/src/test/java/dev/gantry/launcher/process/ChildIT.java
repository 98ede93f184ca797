package dev.gantry.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Child child;

  @AfterEach
  void stop() throws Exception {
    child.stop(Duration.ofSeconds(1));
  }

  @Test
  void aChildThatIsKilledIsStartedAgain() throws Exception {
    start("exec sleep 1000");
    await(() -> child.status() instanceof ChildStatus.Ready);
    long first = child.status().pid();

    ProcessHandle.of(first).orElseThrow().destroyForcibly();

    await(() -> child.status() instanceof ChildStatus.Ready ready && ready.pid() != first);
    assertThat(child.status().starts()).isEqualTo(2);
  }

  @Test
  void aChildThatIsStoppedStaysDown() throws Exception {
    start("exec sleep 1000");
    await(() -> child.status() instanceof ChildStatus.Ready);
    long pid = child.status().pid();

    child.stop(PATIENCE);

    assertThat(child.status()).isInstanceOf(ChildStatus.Stopped.class);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aChildThatDoesNotEndIsKilled() throws Exception {
    start("trap '' TERM; while :; do sleep 1; done");
    await(() -> child.status() instanceof ChildStatus.Ready);
    long pid = child.status().pid();

    child.stop(Duration.ofMillis(500));

    await(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void whatAChildPrintsIsInItsLog() throws Exception {
    start("echo out; echo err >&2; exec sleep 1000");

    await(() -> log().contains("out\n") && log().contains("err\n"));
  }

  @Test
  void aProgramThatDoesNotExistIsReportedAndTriedAgain() throws Exception {
    launch(List.of("/no/such/program"));

    await(() -> child.status() instanceof ChildStatus.Dead dead && dead.starts() >= 2);
    assertThat(log()).contains("cannot start");
  }

  private void start(String script) throws Exception {
    launch(List.of("sh", "-c", script));
  }

  private void launch(List<String> command) throws Exception {
    child =
        new Child(
            new ChildSpec(
                "child",
                command,
                folder,
                Map.of(),
                folder.resolve("child.log"),
                () -> true,
                ChildSpec.Stop.TERMINATE),
            status -> {});
    child.start();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("child.log"));
    } catch (java.io.IOException e) {
      return "";
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
