package dev.gantry.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProcessIdIT {
  @Test
  void aProcessThatRunsIsAlive() {
    assertThat(ProcessId.of(ProcessHandle.current().pid()).orElseThrow().alive()).isTrue();
  }

  @Test
  void anEndedProcessIsNotAlive() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    ProcessId id = ProcessId.of(process.pid()).orElseThrow();

    process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);

    assertThat(id.alive()).isFalse();
  }

  @Test
  void aPidThatIsUsedAgainIsAnotherProcess() throws Exception {
    ProcessId now = ProcessId.of(ProcessHandle.current().pid()).orElseThrow();
    ProcessId before = new ProcessId(now.pid(), now.startTicks() - 1);

    assertThat(before.alive()).isFalse();
    assertThat(before.signal(0)).isFalse();
  }

  @Test
  void aPidThatIsAThreadsNowIsNoProcess() throws Exception {
    long self = ProcessHandle.current().pid();
    long thread;
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      thread =
          threads
              .mapToLong(task -> Long.parseLong(task.getFileName().toString()))
              .filter(number -> number != self)
              .findFirst()
              .orElseThrow();
    }

    assertThat(new ProcessId(thread, 1).signal(0)).isFalse();
  }

  @Test
  void aSignalArrives() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    ProcessId id = ProcessId.of(process.pid()).orElseThrow();

    assertThat(id.signal(15)).isTrue();

    assertThat(process.waitFor()).isEqualTo(128 + 15);
  }
}
