package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reference of runs shows is what happens. */
class RunReferenceST {
  private static final String ANYTHING = "…";
  private static final String SHELL_PROMPT = "$ ";

  private static final List<String> RUNS =
      List.of("by-cli", "by-http", "by-kafka", "store", "flaky", "careful", "mayfly", "web");

  @TempDir Path folder;
  private final Platform platform = Platform.shared();

  private record Example(String command, List<String> shown) {}

  @Test
  void everyExampleDoesWhatItShows() throws Exception {
    List<String> differences = new ArrayList<>();
    for (Example example : examples()) {
      Cli.Result result = execute(example.command());
      if (!isAsShown(example, result)) {
        differences.add(
            "$ %s%n%s%n-- shown:%n%s%n-- status %d"
                .formatted(
                    example.command(),
                    result.stdout(),
                    String.join("\n", example.shown()),
                    result.status()));
      }
    }

    assertThat(differences).isEmpty();
  }

  @AfterEach
  void removeWhatIsLeft() throws Exception {
    for (String run : RUNS) {
      execute("gantry rm -f " + run);
    }
    execute("gantry network rm backstage; gantry volume rm notes");
  }

  /** Where nothing is shown, the command must only succeed. */
  private static boolean isAsShown(Example example, Cli.Result result) {
    if (example.shown().isEmpty()) {
      return result.status() == 0;
    }
    String pattern =
        example.shown().stream()
            .map(RunReferenceST::linePattern)
            .collect(Collectors.joining("\\n"));
    return Pattern.compile(pattern).matcher(result.stdout().stripTrailing()).matches();
  }

  /** A line that is anything stands for any number of them; blanks are as many as there are. */
  private static String linePattern(String line) {
    if (line.equals(ANYTHING)) {
      return "(?s:.*)";
    }
    return Pattern.compile(ANYTHING)
        .splitAsStream(line)
        .map(part -> "\\Q" + part.replaceAll(" +", "\\\\E +\\\\Q") + "\\E")
        .collect(Collectors.joining(".*", "", line.endsWith(ANYTHING) ? ".*" : ""));
  }

  private Cli.Result execute(String command) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path gantry = bin.resolve("gantry");
    if (!Files.exists(gantry)) {
      Files.writeString(
          gantry, "#!/bin/sh\nexec '" + Cli.repository().resolve("gantry") + "' \"$@\"\n");
      Files.setPosixFilePermissions(gantry, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Map<String, String> environment = new HashMap<>(platform.cli().environment());
    environment.put("PATH", bin + ":" + System.getenv("PATH"));
    String here =
        command
            .replace("http://127.0.0.1:8083", platform.url("run-service"))
            .replace("127.0.0.1:9092", platform.kafka());
    return Cli.execute(
        environment,
        Duration.ofSeconds(90),
        List.of("bash", "-c", "exec 2>&1; cd '" + folder + "'; " + here));
  }

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Cli.repository().resolve("docs/run.md"))) {
      if (line.startsWith("```")) {
        inside = line.equals("```console");
      } else if (inside && line.startsWith(SHELL_PROMPT)) {
        examples.add(new Example(line.substring(SHELL_PROMPT.length()), new ArrayList<>()));
      } else if (inside) {
        examples.getLast().shown().add(line);
      }
    }
    return examples;
  }
}
