package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line as a user has it: a process with arguments, an exit status and output. */
record Cli(Map<String, String> environment) {

  record Result(List<String> command, int status, String stdout, String stderr) {
    Result expectSuccess() {
      assertThat(status)
          .as("%s%nstdout: %s%nstderr: %s", String.join(" ", command), stdout, stderr)
          .isZero();
      return this;
    }
  }

  /** {@code ./gantry arguments…} */
  Result run(String... arguments) {
    return run(Duration.ofSeconds(90), arguments);
  }

  Result run(Duration patience, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(repository().resolve("gantry").toString());
    command.addAll(Arrays.asList(arguments));
    return execute(environment, patience, command);
  }

  /** Any other program, with this platform's environment. */
  Result tool(String... command) {
    return execute(environment, Duration.ofSeconds(90), List.of(command));
  }

  static Result execute(Map<String, String> environment, Duration patience, List<String> command) {
    try {
      Path out = Files.createTempFile("gantry-st", ".out");
      Path err = Files.createTempFile("gantry-st", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              command
                  + " took more than "
                  + patience
                  + "\n"
                  + Files.readString(out)
                  + Files.readString(err));
        }
        return new Result(command, process.exitValue(), read(out), read(err));
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** The checkout that these tests belong to. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("gantry"))) {
      folder = folder.getParent();
      assertThat(folder).as("a folder with the gantry script").isNotNull();
    }
    return folder;
  }
}
