package dev.gantry.cli.demo;

import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.image.BaseImage;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.platform.UpCommand;
import dev.gantry.cli.run.RunView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows the main job end to end. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Show the main job: build an image, run it by one Kafka message, watch its life as events,",
      "change a line, build and run again. Starts the platform when it is not up; leaves it up."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String BASE = "busybox:1";

  private final Gantry gantry;

  /** About this platform. */
  public DemoCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    long start = System.nanoTime();
    title("The platform");
    new UpCommand(gantry).call();

    title("a. A base image from Debian's busybox");
    command("gantry import --busybox " + BASE);
    String digest = new BaseImage(gantry.images().base(), List.of("sh"), List.of()).busybox(BASE);
    gantry.out().println(BASE + " is " + digest);

    try (DemoContext context = DemoContext.copyOf(example())) {
      title("b. Build examples/hello: its Dockerfile has two stages");
      DemoBuild build = new DemoBuild(gantry, context);
      build.run("hello:1");

      title("c. One Kafka message asks to run it");
      DemoRun first = new DemoRun(gantry, "hello:1");
      RunView one = first.publishAndWatch();

      title("d. Its published port answers");
      first.curl(one);

      title("e. One line changed: build again, run the new version, stop the old one");
      context.change();
      build.run("hello:2");
      DemoRun second = new DemoRun(gantry, "hello:2");
      RunView two = second.publishAndWatch();
      second.curl(two);
      new DemoCleanup(gantry).stopAllBut(two);
    }

    title("f. What now");
    farewell(start);
    return 0;
  }

  private Path example() throws ApiException {
    Path example = gantry.checkout().resolve("examples/hello");
    if (!example.resolve("Dockerfile").toFile().exists()) {
      throw new ApiException(0, example + " is missing");
    }
    return example;
  }

  private void farewell(long start) throws IOException {
    gantry.out().println("dashboard:        " + gantry.dashboard().base());
    gantry.out().println("what runs:        ./gantry ps");
    gantry.out().println("what happened:    ./gantry events");
    gantry.out().println("stop everything:  ./gantry down");
    gantry
        .out()
        .printf(Locale.ROOT, "%nThe demo took %.1f s.%n", (System.nanoTime() - start) / 1e9);
  }

  private void title(String text) {
    gantry.out().println();
    gantry.out().println("== " + text);
  }

  private void command(String line) {
    gantry.out().println("$ " + line);
  }
}
