package dev.gantry.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SealedProgramIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static SealedProgram shell() throws IOException {
    return SealedProgram.of("sh", Files.readAllBytes(Path.of("/bin/sh")));
  }

  @Test
  void itRunsAndFindsItsStatusPipe() throws Exception {
    try (SealedProgram program = shell();
        Pipe status = Pipe.open()) {
      program.start(List.of("-c", "echo \"$1\" >&3", "sh", "a b"), status.writeEnd());
      status.writeEnd().close();

      assertThat(status.readAll(100, PATIENCE)).isEqualTo("a b\n");
    }
  }

  @Test
  void itsEnvironmentIsEmpty() throws Exception {
    try (SealedProgram program = shell();
        Pipe status = Pipe.open()) {
      program.start(List.of("-c", "echo \"<$HOME$PATH_SEPARATOR>\" >&3"), status.writeEnd());
      status.writeEnd().close();

      assertThat(status.readAll(100, PATIENCE)).isEqualTo("<>\n");
    }
  }

  @Test
  void itsFileCannotBeWritten() throws Exception {
    try (SealedProgram program = shell();
        Pipe status = Pipe.open()) {
      long pid = program.start(List.of("-c", "echo >&3; exec sleep 1000"), status.writeEnd());
      ProcessId process = ProcessId.of(pid).orElseThrow();

      assertThatThrownBy(
              () ->
                  Files.write(
                      Path.of("/proc/" + pid + "/exe"), new byte[1], StandardOpenOption.WRITE))
          .isInstanceOf(IOException.class);

      process.signal(9);
    }
  }

  @Test
  void itsEndIsReaped() throws Exception {
    try (SealedProgram program = shell();
        Pipe status = Pipe.open();
        PidWatcher watcher = PidWatcher.start()) {
      long pid = program.start(List.of("-c", "exit 0"), status.writeEnd());

      watcher.register(ProcessId.of(pid).orElseThrow()).get(60, TimeUnit.SECONDS);

      assertThat(Path.of("/proc/" + pid)).doesNotExist();
    }
  }

  @Test
  void aPipeThatStaysOpenIsNotWaitedForForever() throws Exception {
    try (Pipe pipe = Pipe.open()) {
      assertThatThrownBy(() -> pipe.readAll(10, Duration.ofMillis(50)))
          .hasMessageContaining("ETIMEDOUT");
    }
  }
}
