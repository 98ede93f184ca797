package dev.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is not ours, with what it says in files of this directory. */
record Command(Path directory) {
  private static final int PATIENCE_SECONDS = 180;

  /** Starts it; a program that is not installed fails the test by its name. */
  Process start(Path output, Path errors, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
    return builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
  }

  /** Starts it without looking at what it says. */
  Process start(List<String> command) throws IOException {
    Path said = Files.createTempFile(directory, "said", ".log");
    return start(said, said, command);
  }

  /** Runs it to its end, which must be a good one, and returns what it wrote. */
  String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "command", ".out");
    Path errors = Files.createTempFile(directory, "command", ".err");
    Process process = start(output, errors, command);
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("%s ends", command)
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue())
        .as("%s: %s", command, Files.readString(errors) + Files.readString(output))
        .isZero();
    return Files.readString(output);
  }
}
