package dev.gantry.cli.verify;

import dev.gantry.cli.platform.Gantry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs all tests of all modules and reports on every one that did not pass. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Build everything and run all tests: unit, integration, system, and isolation on guest",
      "kernels with cgroup v2. Exit status 1 when one fails, or when none ran."
    })
public final class TestCommand implements Callable<Integer> {
  private static final Pattern MODULE =
      Pattern.compile("\\[INFO] Building (Gantry.*?)(?: \\S+-SNAPSHOT)?\\s+\\[.*");
  private static final Pattern CLASS =
      Pattern.compile("\\[\\w+]\\s+(Tests run: \\d+.*Time elapsed: .*)");
  private static final Pattern TROUBLE = Pattern.compile("\\[ERROR] .*|\\[INFO] BUILD .*");

  private final Gantry gantry;

  @Option(
      names = "--fast",
      description = "Leave out the guest kernels with cgroup v2, and say how much that is.")
  private boolean fast;

  @Option(
      names = "--soak",
      description = "The same tests with greater counts, for those that have them: hours, perhaps.")
  private boolean soak;

  @Option(
      names = {"-k", "--only"},
      paramLabel = "NAME[#METHOD]",
      description = "Only test classes with this in their name.")
  private String only = "";

  /** About this checkout. */
  public TestCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path log = gantry.checkout().resolve("target/gantry-test.log");
    Files.createDirectories(log.resolveSibling("."));
    Reports.clear(gantry.checkout());
    int maven = maven(log);
    List<TestOutcome> outcomes = new ArrayList<>(Reports.read(gantry.checkout()));
    if (only.isEmpty()) {
      outcomes.addAll(otherKernels());
    }
    boolean good = maven == 0;
    if (!good) {
      gantry.out().println("the build failed; everything it said is in " + log);
    }
    return report(outcomes, good) ? 0 : 1;
  }

  private int maven(Path log) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(gantry.checkout().resolve("mvnw").toString());
    // A failed test must not keep the modules behind it from being tested.
    command.addAll(
        List.of("-B", "-ntp", "-fae", "-Dmaven.test.failure.ignore=true", "-Dsystem", "verify"));
    command.addAll(new Selection(only).properties());
    if (soak) {
      command.add("-Dgantry.soak=true");
    }
    gantry.out().println("$ " + String.join(" ", command));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(gantry.checkout().toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        PrintStream copy =
            new PrintStream(Files.newOutputStream(log), false, StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        copy.println(line);
        progress(line);
      }
    }
    return process.waitFor();
  }

  private void progress(String line) {
    Matcher module = MODULE.matcher(line);
    Matcher type = CLASS.matcher(line);
    if (module.matches()) {
      gantry.out().println(module.group(1));
    } else if (type.matches()) {
      gantry.out().println("  " + type.group(1));
    } else if (TROUBLE.matcher(line).matches()) {
      gantry.out().println(line);
    }
  }

  private List<TestOutcome> otherKernels() throws IOException, InterruptedException {
    OtherKernels kernels = new OtherKernels(gantry.checkout(), gantry.out());
    return fast ? kernels.leaveOut("--fast") : kernels.run();
  }

  /** Prints the outcome; whether all is well. */
  private boolean report(List<TestOutcome> outcomes, boolean built) {
    Map<String, List<TestOutcome>> modules =
        outcomes.stream()
            .collect(Collectors.groupingBy(TestOutcome::module, TreeMap::new, Collectors.toList()));
    PrintStream out = gantry.out();
    out.println();
    modules.forEach((name, those) -> out.println("  " + name + ": " + counts(those)));
    list("failed", TestOutcome.Result.FAILED, outcomes);
    list("skipped", TestOutcome.Result.SKIPPED, outcomes);
    long passed = count(outcomes, TestOutcome.Result.PASSED);
    long failed = count(outcomes, TestOutcome.Result.FAILED);
    if (passed + failed == 0) {
      out.println("no test ran");
    }
    out.println(counts(outcomes));
    return built && failed == 0 && passed > 0;
  }

  private void list(String title, TestOutcome.Result result, List<TestOutcome> outcomes) {
    List<TestOutcome> those =
        outcomes.stream().filter(outcome -> outcome.result() == result).toList();
    if (!those.isEmpty()) {
      gantry.out().println(title + ":");
      those.forEach(outcome -> gantry.out().println("  " + outcome.line()));
    }
  }

  private static String counts(List<TestOutcome> outcomes) {
    return count(outcomes, TestOutcome.Result.PASSED)
        + " passed, "
        + count(outcomes, TestOutcome.Result.FAILED)
        + " failed, "
        + count(outcomes, TestOutcome.Result.SKIPPED)
        + " skipped";
  }

  private static long count(List<TestOutcome> outcomes, TestOutcome.Result result) {
    return outcomes.stream().filter(outcome -> outcome.result() == result).count();
  }
}
