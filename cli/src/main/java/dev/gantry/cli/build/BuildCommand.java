package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds an image from a Dockerfile and a directory. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = "Build an image from a Dockerfile and the directory with its sources.")
public final class BuildCommand implements Callable<Integer> {
  private static final String STDIN = "-";

  private final Gantry gantry;

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "NAME[:TAG]",
      description = "What the image is called; may be given several times.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The Dockerfile, within the directory (default: Dockerfile).")
  private String dockerfile = "Dockerfile";

  @Option(
      names = "--build-arg",
      paramLabel = "NAME=VALUE",
      description = "Set an ARG of the Dockerfile.")
  private List<String> buildArgs = new ArrayList<>();

  @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Add a label.")
  private List<String> labels = new ArrayList<>();

  @Option(names = "--target", paramLabel = "STAGE", description = "Build this stage.")
  private String target = "";

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Must be the host's.")
  private String platform = "";

  @Option(names = "--no-cache", description = "Run every step.")
  private boolean noCache;

  @Option(
      names = "--progress",
      paramLabel = "plain|quiet",
      description = "plain: the log as it is written; quiet: nothing before the result.")
  private String progress = "plain";

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only the image's digest.")
  private boolean quiet;

  @Parameters(
      paramLabel = "DIRECTORY",
      description = "The context; - reads a tar from standard input.")
  private String context = "";

  /** About this platform. */
  public BuildCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Builds builds = new Builds(gantry.builds());
    JsonNode accepted = submit(builds);
    String id = accepted.path("id").asText();
    AtomicBoolean ended = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(builds, id, ended)));
    JsonNode build = builds.follow(id, this::print);
    ended.set(true);
    if (!build.path("state").asText().equals("succeeded")) {
      throw new ApiException(0, BuildReport.failure(build));
    }
    if (quiet) {
      gantry.out().println(build.path("imageDigest").asText());
    } else {
      BuildReport.steps(build, gantry.out());
      BuildReport.result(build, gantry.out());
    }
    return 0;
  }

  private JsonNode submit(Builds builds) throws IOException, InterruptedException {
    Path archive = Files.createTempFile("gantry-context", ".tar");
    try {
      if (context.equals(STDIN)) {
        Files.copy(System.in, archive, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Path directory = Path.of(context);
        if (!Files.isDirectory(directory)) {
          throw new ApiException(0, "no such directory: " + context);
        }
        ContextArchive.write(directory, dockerfile, archive);
      }
      return builds.submit(archive, query());
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private String query() {
    Query query = new Query().each("tag", tags).one("dockerfile", dockerfile);
    query.one("target", target).one("platform", platform);
    query.each("buildArg", buildArgs).each("label", labels);
    return query.one("noCache", noCache ? "true" : "").toString();
  }

  private void print(JsonNode line) {
    if (!quiet && !progress.equals("quiet")) {
      gantry.out().println("#" + line.path("step").asText("0") + " " + line.path("line").asText());
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

  /** A query string; empty values are left out. */
  static final class Query {
    private final List<String> parts = new ArrayList<>();

    Query one(String name, String value) {
      if (!value.isEmpty()) {
        parts.add(name + "=" + Api.encode(value));
      }
      return this;
    }

    Query each(String name, List<String> values) {
      values.forEach(value -> one(name, value));
      return this;
    }

    @Override
    public String toString() {
      return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
  }
}
