package dev.gantry.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long builds take of a small project of two stages and twenty steps: from before its archive
 * is submitted over HTTP until the fact of its success has arrived over Kafka. Other builders are
 * measured as their commands, from start to exit, interleaved.
 */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = {
      "20 steps: cold, nothing changed, one file of the last COPY changed",
      "Cold is without any use of the cache, nothing changed the same archive again. A build is"
          + " measured from before its archive is sent until its last fact has been received;"
          + " buildah, docker's classic builder and BuildKit from the start of their command to its"
          + " end."
    })
final class BuildBenchmark implements Callable<Integer> {
  private static final int COLD_EVERY = 10;
  private static final int BUILDERS_EVERY = 10;

  @Mixin private Settings settings = new Settings();

  @Option(names = "--builds", required = true, description = "URL of the platform's build service")
  private URI builds = URI.create("http://127.0.0.1:8081");

  @Option(names = "--runs", defaultValue = "100", description = "measured rounds (default: 100)")
  private int runs;

  @Option(
      names = "--warmup",
      defaultValue = "200",
      description = "rounds before: a platform that has just come up compiles (default: 200)")
  private int warmup;

  private final Report report = new Report();

  @Override
  public Integer call() throws IOException {
    List<Builder> builders = builders();
    try (BuildProject project = BuildProject.make();
        BuildsUnderTest platform = new BuildsUnderTest(settings.kafka, builds)) {
      for (int i = -warmup; i < runs; i++) {
        measure(platform, project, i);
        if (i >= 0 && i % BUILDERS_EVERY == 0) {
          for (Builder builder : builders) {
            measure(builder, project, i);
          }
        }
      }
    }
    report.print(settings.json);
    return 0;
  }

  private List<Builder> builders() throws IOException {
    List<Builder> builders = new ArrayList<>();
    for (Builder builder : Builder.values()) {
      String reason = settings.alone() ? "no peers were wanted" : builder.unavailable();
      if (reason.isEmpty()) {
        builder.prepare();
        builders.add(builder);
      } else {
        report.notMeasured(builder.label(), reason);
      }
    }
    return builders;
  }

  private void measure(BuildsUnderTest platform, BuildProject project, int number)
      throws IOException {
    project.base(settings.image);
    byte[] before = project.archive();
    project.change("round " + number + " of " + ProcessHandle.current().pid());
    byte[] changed = project.archive();
    if (Math.floorMod(number, COLD_EVERY) == 0) {
      sample(number, "cold", platform.build(before, false));
    } else if (number == -warmup) {
      platform.build(before, true);
    }
    sample(number, "no-op", platform.build(before, true));
    sample(number, "one file changed", platform.build(changed, true));
  }

  private void sample(int number, String what, BuildsUnderTest.Built built) {
    if (number < 0) {
      return;
    }
    report.sample(what + ": submitted → succeeded", built.millis());
    new TreeMap<>(built.parts())
        .forEach((part, millis) -> report.sample("  " + what + ": " + part, millis));
  }

  private void measure(Builder builder, BuildProject project, int number) throws IOException {
    project.base(Builder.BASE);
    report.sample(builder.label() + ": cold", builder.buildMillis(project, false));
    builder.buildMillis(project, true);
    report.sample(builder.label() + ": no-op", builder.buildMillis(project, true));
    project.change("round " + number + " with " + builder.label());
    report.sample(builder.label() + ": one file changed", builder.buildMillis(project, true));
  }
}
