package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.terminal.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds an image from a Dockerfile and its context. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = "Build an image from a Dockerfile and its context, with docker build's flags.")
public final class BuildCommand implements Callable<Integer> {
  private static final Terminal.Size SIZE_DEFAULT = new Terminal.Size(24, 80);

  private final Gantry gantry;

  @Mixin private BuildFlags flags = new BuildFlags();
  @Mixin private SecretFlags secrets = new SecretFlags();
  @Mixin private OutputFlags outputs = new OutputFlags();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The Dockerfile (default: Dockerfile in the context); - reads it from input.")
  private String dockerfile = "";

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = {
        "plain: line by line; tty: steps side by side; json: a document a line;",
        "quiet: nothing before the result (default: tty on a terminal, else plain)."
      })
  private Progress progress = Progress.AUTO;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only the image's digest.")
  private boolean quiet;

  @Option(
      names = "--check",
      description = "Only say whether the Dockerfile can be built, and what is wrong with it.")
  private boolean check;

  @Parameters(
      paramLabel = "CONTEXT",
      description = {
        "A directory; https://HOST/REPOSITORY.git#REF:DIRECTORY;",
        "- reads a tar or a Dockerfile from standard input."
      })
  private String context = "";

  /** How a build is shown. */
  enum Progress {
    AUTO,
    PLAIN,
    TTY,
    JSON,
    RAWJSON,
    QUIET
  }

  /** About this platform. */
  public BuildCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Builds builds = new Builds(gantry.builds());
    BuildInput input = new BuildInput(context, dockerfile);
    outputs.names().forEach(flags::tag);
    ObjectNode request = flags.request(gantry.environment());
    if (check) {
      return new DockerfileCheck(builds, gantry).run(input, request, mode() == Progress.JSON);
    }
    String id = submit(builds, input, request).path("id").asText();
    AtomicBoolean ended = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(builds, id, ended)));
    JsonNode build = follow(builds, id);
    ended.set(true);
    if (!build.path("state").asText().equals("succeeded")) {
      throw new ApiException(0, BuildReport.failure(build));
    }
    String digest = build.path("imageDigest").asText();
    outputs.write(builds, id, digest, build.toString(), gantry.out());
    report(build, digest);
    return 0;
  }

  private JsonNode submit(Builds builds, BuildInput input, ObjectNode request)
      throws IOException, InterruptedException {
    Optional<Path> archive = input.prepare(request);
    try {
      return builds.submit(request, archive, secrets.parts(gantry.environment()));
    } finally {
      if (archive.isPresent()) {
        Files.deleteIfExists(archive.get());
      }
    }
  }

  private JsonNode follow(Builds builds, String id) throws IOException, InterruptedException {
    try (BuildView view = view()) {
      return builds.follow(id, view::line);
    }
  }

  /** Where an archive goes to standard output, nothing else does. */
  private PrintStream shown() {
    return outputs.takeStdout() ? gantry.err() : gantry.out();
  }

  private Progress mode() {
    if (quiet) {
      return Progress.QUIET;
    }
    return switch (progress) {
      case AUTO ->
          Terminal.of(outputs.takeStdout() ? 2 : 1).isPresent() && !isDumb()
              ? Progress.TTY
              : Progress.PLAIN;
      case RAWJSON -> Progress.JSON;
      case PLAIN, TTY, JSON, QUIET -> progress;
    };
  }

  private boolean isDumb() {
    return gantry.environment().getOrDefault("TERM", "dumb").equals("dumb");
  }

  private BuildView view() {
    return switch (mode()) {
      case QUIET, AUTO, RAWJSON -> new JsonView(new PrintStream(PrintStream.nullOutputStream()));
      case JSON -> new JsonView(shown());
      case PLAIN -> new PlainView(shown());
      case TTY -> new TerminalView(shown(), this::size);
    };
  }

  private Terminal.Size size() {
    Optional<Terminal> terminal = Terminal.of(outputs.takeStdout() ? 2 : 1);
    try {
      if (terminal.isPresent() && terminal.get().size().columns() > 0) {
        return terminal.get().size();
      }
    } catch (LinuxException e) {
      // No terminal any more.
    }
    return SIZE_DEFAULT;
  }

  private void report(JsonNode build, String digest) {
    switch (mode()) {
      case QUIET -> shown().println(digest);
      case JSON -> shown().println(build);
      case TTY -> BuildReport.result(build, shown());
      case PLAIN, AUTO, RAWJSON -> {
        shown().println();
        BuildReport.steps(build, shown());
        BuildReport.result(build, shown());
      }
    }
  }

  /** Ctrl-C at the terminal ends what was started from there. */
  private static void cancel(Builds builds, String id, AtomicBoolean ended) {
    if (!ended.get()) {
      try {
        builds.cancel(id);
      } catch (IOException notThere) {
        // Nothing to cancel, or nobody to ask.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
