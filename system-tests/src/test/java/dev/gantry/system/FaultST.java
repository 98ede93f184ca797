package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Faults at every step and at random, over many runs: a smaller number here, more than a thousand
 * with {@code gantry test --soak}.
 */
class FaultST {
  private static final boolean SOAK = Boolean.getBoolean("gantry.soak");
  private static final int RUNS = SOAK ? 1000 : 60;
  private static final int STEPS = SOAK ? 24 : 6;
  private static final int RUNS_BETWEEN_FAULTS = 10;
  private static final List<String> OUTCOMES = List.of("exited", "rejected", "lost");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

  private static Platform platform;
  private static Bus bus;
  private static LiveProcesses live;

  @BeforeAll
  static void up() {
    platform = Platform.start("fault");
    platform.ensureBaseImage();
    bus = platform.bus();
    live = new LiveProcesses();
  }

  @AfterAll
  static void down() {
    live.close();
    platform.close();
  }

  /**
   * A run that was asked for.
   *
   * @param name of it
   * @param id of it
   * @param code with which it is to end
   */
  private record Asked(String name, String id, int code) {}

  @Test
  void killedAtEveryStepOfItsJournalTheRunServiceLosesNoRunAndDoublesNone() {
    List<Asked> asked = new ArrayList<>();
    int kills = 0;
    for (int step = 1; step <= STEPS; step++) {
      platform.awaitReady("run-service");
      Process killer = killAtSync(1 + (step - 1) % 12);
      for (int i = 0; i < 3; i++) {
        asked.add(ask("step-" + step + "-" + i, "usleep 100000", 30 + i));
      }
      asked.subList(asked.size() - 3, asked.size()).forEach(this::outcome);
      kills += ended(killer) ? 1 : 0;
    }
    platform.awaitReady("run-service");

    assertThat(kills).as("kills while the journal was written").isGreaterThan(STEPS / 2);
    asked.forEach(this::assertEndedOnceAsItShould);
  }

  @Test
  void killingAtRandomLosesNoRunAndDoublesNone() {
    Random random = new Random(4);
    List<String> victims = List.of("run-service", "run-service", "kafka", "postgres");
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      asked.add(ask("random-" + i, "usleep " + random.nextInt(1_500_000), random.nextInt(100)));
      Await.sleep(Duration.ofMillis(random.nextInt(80)));
      if (i % RUNS_BETWEEN_FAULTS == RUNS_BETWEEN_FAULTS - 1) {
        platform.kill9(victims.get(random.nextInt(victims.size())));
        Await.sleep(Duration.ofMillis(random.nextInt(3000)));
      }
    }

    asked.forEach(this::outcome);
    platform.awaitAllReady();
    asked.forEach(this::assertEndedOnceAsItShould);
  }

  @Test
  void aRunWhoseShimIsKilledIsLostAndNothingOfItLives() {
    List<Asked> asked =
        IntStream.range(0, SOAK ? 50 : 5).mapToObj(i -> ask("shim-" + i, "sleep 600", 0)).toList();
    for (Asked run : asked) {
      long init = bus.await(Bus.RUN_EVENTS, run.id(), "started").at("/data/pid").asLong();
      ProcessHandle process = ProcessHandle.of(init).orElseThrow();
      process.parent().orElseThrow().destroyForcibly();

      assertThat(Bus.verb(outcome(run))).isEqualTo("lost");
      Await.until("the end of " + init, Duration.ofSeconds(20), () -> !process.isAlive());
      bus.assertContiguous(Bus.RUN_EVENTS, run.id());
    }
  }

  @Test
  void whatHangsBlocksNobodyElse() {
    Runs runs = new Runs(platform);
    List<Asked> hung =
        List.of(
            ask("stopped", "sleep 600", 0),
            ask("flood", "yes", 0),
            ask("closed", "exec >&- 2>&-; sleep 600", 0));
    long init = bus.await(Bus.RUN_EVENTS, hung.getFirst().id(), "started").at("/data/pid").asLong();
    Cli.execute(Map.of(), Duration.ofSeconds(10), List.of("kill", "-STOP", Long.toString(init)))
        .expectSuccess();

    List<Asked> others =
        IntStream.range(0, 10).mapToObj(i -> ask("beside-" + i, "true", i)).toList();

    others.forEach(this::outcome);
    others.forEach(this::assertEndedOnceAsItShould);
    hung.forEach(run -> runs.remove(run.id()));
  }

  private static Asked ask(String name, String script, int code) {
    String command = "%s; echo %s; exit %d".formatted(script, LiveProcesses.mark(name), code);
    return new Asked(name, bus.run("fault-" + name, Runs.shell(command)), code);
  }

  private JsonNode outcome(Asked run) {
    return bus.awaitAny(Bus.RUN_EVENTS, run.id(), OUTCOMES, PATIENCE);
  }

  private void assertEndedOnceAsItShould(Asked run) {
    JsonNode outcome = outcome(run);
    assertThat(Bus.verb(outcome)).as(outcome.toString()).isEqualTo("exited");
    assertThat(outcome.at("/data/code").asInt()).as(outcome.toString()).isEqualTo(run.code());
    assertThat(instant(outcome, "exitedAt"))
        .as("exit of %s, which wrote its last line then", run.name())
        .isBetween(lastLine(run), lastLine(run).plus(CLOCK_TOLERANCE));
    assertThat(bus.verbs(Bus.RUN_EVENTS, run.id()).stream().filter(OUTCOMES::contains))
        .as("outcomes of %s", run.name())
        .hasSize(1);
    bus.assertContiguous(Bus.RUN_EVENTS, run.id());
    assertThat(live.doubled()).as("runs that lived twice").isEmpty();
  }

  /** When the run wrote its last line: its log is kept by nobody who was killed. */
  private static Instant lastLine(Asked run) {
    String url = new Runs(platform).url() + "/" + run.id() + "/logs?timestamps=true&tail=1";
    return Await.value(
        "the log of " + run.name(),
        Duration.ofSeconds(60),
        () -> Optional.of(Instant.parse(Http.get(url).body().split(" ")[0])));
  }

  private static Instant instant(JsonNode fact, String field) {
    return Instant.parse(fact.path("data").path(field).asText());
  }

  /**
   * Lets the run service be killed when a thread of it is about to sync a file for the nth time.
   */
  private static Process killAtSync(int nth) {
    String pid = Long.toString(platform.pid("run-service"));
    String fault = "inject=fdatasync,fsync:signal=SIGKILL:when=" + nth;
    try {
      Process strace =
          new ProcessBuilder(
                  "strace", "-f", "-q", "-e", "trace=fdatasync,fsync", "-e", fault, "-p", pid)
              .redirectErrorStream(true)
              .redirectOutput(platform.home().resolve("strace-" + pid + ".log").toFile())
              .start();
      Await.until(
          "strace at the run service",
          Duration.ofSeconds(20),
          () -> {
            assertThat(strace.isAlive()).isTrue();
            return traced(pid);
          });
      return strace;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether all its threads are (proc(5), TracerPid of status). */
  private static boolean traced(String pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", pid, "task"))) {
      for (Path thread : threads.toList()) {
        if (Files.readString(thread.resolve("status")).contains("TracerPid:\t0\n")) {
          return false;
        }
      }
      return true;
    }
  }

  /** Whether the killer's victim is dead; if not, it is let go. */
  private static boolean ended(Process killer) {
    try {
      boolean ended = killer.waitFor(2, TimeUnit.SECONDS);
      killer.destroy();
      killer.waitFor();
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
