package dev.gantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Starts the platform in the background and waits until it serves. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Start the platform and wait until all of it serves.")
public final class UpCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long PAUSE_MILLIS = 50;
  private static final int RUNS_ALREADY = 3;

  private final Gantry gantry;

  /** About this platform. */
  public UpCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<JsonNode> state = gantry.state();
    if (state.isPresent()
        && Gantry.launcherLives(state.get())
        && state.get().path("state").asText().equals("up")) {
      gantry.out().println("the platform in " + gantry.home() + " is up already");
      return 0;
    }
    long start = System.nanoTime();
    Path output = gantry.home().resolve("log/launcher.log");
    Files.createDirectories(output.resolveSibling("."));
    Process launcher = launch(output);
    JsonNode up = awaitUp(launcher, output);
    gantry
        .out()
        .printf(
            Locale.ROOT,
            "up after %.1f s; dashboard: %s%n",
            (System.nanoTime() - start) / 1e9,
            url(up, "dashboard"));
    return 0;
  }

  private Process launch(Path output) throws IOException {
    Path jar = gantry.checkout().resolve("launcher/target/launcher.jar");
    if (!Files.exists(jar)) {
      throw new ApiException(0, "the launcher is not built: " + jar + " is missing");
    }
    List<String> command =
        List.of(
            "setsid",
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-Xss512k",
            "-Dgantry.root=" + gantry.checkout(),
            "-jar",
            jar.toString(),
            "up");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(gantry.environment());
    return builder.start();
  }

  private JsonNode awaitUp(Process launcher, Path output) throws IOException, InterruptedException {
    Set<String> ready = new HashSet<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      boolean ended = !launcher.isAlive();
      Optional<JsonNode> state = gantry.state().filter(Gantry::launcherLives);
      if (state.isPresent()) {
        report(state.get(), ready);
        if (state.get().path("state").asText().equals("up")) {
          return state.get();
        }
      }
      if (ended && launcher.exitValue() != RUNS_ALREADY) {
        throw new ApiException(0, "the platform did not come up: " + lastWords(output));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    throw new ApiException(0, "the platform is not up after " + PATIENCE.toMinutes() + " minutes");
  }

  private void report(JsonNode state, Set<String> ready) {
    for (JsonNode service : state.path("services")) {
      String name = service.path("name").asText();
      if (service.path("state").asText().equals("ready") && ready.add(name)) {
        gantry.out().printf("  %-14s %s%n", name, service.path("url").asText());
      }
    }
  }

  private static String lastWords(Path output) throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8).strip();
  }

  private static String url(JsonNode state, String name) {
    for (JsonNode service : state.path("services")) {
      if (service.path("name").asText().equals(name)) {
        return service.path("url").asText();
      }
    }
    return "?";
  }
}
