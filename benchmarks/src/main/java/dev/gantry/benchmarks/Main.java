package dev.gantry.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of all benchmarks: {@code gantry bench NAME}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures the platform and prints figures with their spread.",
    subcommands = {
      StartBenchmark.class,
      ThroughputBenchmark.class,
      DensityBenchmark.class,
      LogsBenchmark.class,
      ExitEventBenchmark.class,
      BuildBenchmark.class,
      RegistryBenchmark.class
    })
public final class Main {
  private Main() {}

  /** Runs one benchmark and exits with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
