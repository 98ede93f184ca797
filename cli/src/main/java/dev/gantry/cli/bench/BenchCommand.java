package dev.gantry.cli.bench;

import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.image.BaseImage;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs a benchmark against the platform that is up. */
@Command(
    name = "bench",
    description = {
      "Run a benchmark against the platform that is up and print its figures.",
      "gantry bench --help lists the benchmarks; gantry bench NAME --help its options."
    })
public final class BenchCommand implements Callable<Integer> {
  /** What the benchmarks run unless they are told otherwise. */
  private static final String IMAGE = "busybox:1";

  private final Gantry gantry;

  @Parameters(arity = "0..*", paramLabel = "NAME [OPTION…]", description = "Which one, and how.")
  private List<String> arguments = new ArrayList<>();

  /** About this platform. */
  public BenchCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path jar = gantry.checkout().resolve("benchmarks/target/benchmarks.jar");
    if (!Files.exists(jar)) {
      throw new ApiException(0, "the benchmarks are not built: " + jar + " is missing");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(arguments);
    boolean asksForHelp = arguments.isEmpty() || arguments.contains("--help");
    if (arguments.isEmpty()) {
      command.add("--help");
    }
    if (!asksForHelp && !arguments.contains("--kafka")) {
      command.addAll(List.of("--kafka", gantry.kafka()));
      command.addAll(List.of("--api", gantry.runs().base().toString()));
      if (arguments.getFirst().equals("build")) {
        command.addAll(List.of("--builds", gantry.builds().base().toString()));
      } else if (arguments.getFirst().equals("registry")) {
        command.addAll(List.of("--registry", gantry.images().base().toString()));
      }
      new BaseImage(gantry.images().base(), List.of("sh"), List.of()).busybox(IMAGE);
    }
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
