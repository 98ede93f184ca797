package dev.gantry.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PidWatcherIT {
  private static final long SECONDS_MAX = 60;
  private PidWatcher watcher;

  @BeforeEach
  void start() throws Exception {
    watcher = PidWatcher.start();
  }

  @AfterEach
  void stop() {
    watcher.close();
  }

  @Test
  void theEndOfAProcessIsTold() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    CompletableFuture<Void> ended = watcher.register(ProcessId.of(process.pid()).orElseThrow());
    boolean before = ended.isDone();

    process.destroyForcibly();

    ended.get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(before).isFalse();
  }

  @Test
  void aProcessThatIsGoneHasEnded() throws Exception {
    ProcessId self = ProcessId.of(ProcessHandle.current().pid()).orElseThrow();
    ProcessId gone = new ProcessId(self.pid(), self.startTicks() + 1);

    assertThat(watcher.register(gone).get(SECONDS_MAX, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void manyProcessesAreWatchedAtOnce() throws Exception {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Process process = new ProcessBuilder("sleep", "0.1").start();
      all.add(
          ProcessId.of(process.pid())
              .map(PidWatcherIT.this::register)
              .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  @Test
  void closingTwiceIsFine() {
    watcher.close();

    watcher.close();
  }

  private CompletableFuture<Void> register(ProcessId id) {
    try {
      return watcher.register(id);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
