package dev.gantry.cli.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The suites that depend on the kernel, on kernels of guests: a lane each, as the script says that
 * runs them.
 */
final class OtherKernels {
  private static final String SCRIPT = "system-tests/vm/isolation-on-v2";
  private static final Pattern LANE = Pattern.compile("lane (\\w+): (.*)");
  private static final Pattern TEST = Pattern.compile("(SUCCESSFUL|FAILED|ABORTED|SKIPPED) (.*)");
  private static final Pattern ENDED = Pattern.compile("exit status (\\d+) after .*");
  private static final Pattern TAB = Pattern.compile("\t");

  private final Path checkout;
  private final PrintStream out;
  private final List<TestOutcome> outcomes = new ArrayList<>();
  private String module = "";
  private boolean failed;

  OtherKernels(Path checkout, PrintStream out) {
    this.checkout = checkout;
    this.out = out;
  }

  /** Runs all lanes; an outcome for each test, and one for a lane that broke. */
  List<TestOutcome> run() throws IOException, InterruptedException {
    out.println("$ " + SCRIPT);
    Process process = start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        read(line);
        out.println("  " + line);
      }
    }
    int status = process.waitFor();
    boolean told =
        outcomes.stream().anyMatch(outcome -> outcome.result() == TestOutcome.Result.FAILED);
    if (status != 0 && !told) {
      add("the lane", TestOutcome.Result.FAILED, SCRIPT + " exited with " + status);
    }
    return List.copyOf(outcomes);
  }

  /** What is left out when they are: an outcome for each lane, which says how much it is. */
  List<TestOutcome> leaveOut(String why) throws IOException, InterruptedException {
    Process process = start("--list");
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        String[] words = TAB.split(line);
        outcomes.add(
            new TestOutcome(
                "kernel " + words[0],
                words[1] + " test classes on " + words[2],
                TestOutcome.Result.SKIPPED,
                why));
      }
    }
    if (process.waitFor() != 0 || outcomes.isEmpty()) {
      throw new IOException(SCRIPT + " --list exited with " + process.exitValue());
    }
    out.println(
        "left out ("
            + why
            + "): "
            + outcomes.size()
            + " guest kernels with cgroup v2, named below");
    return List.copyOf(outcomes);
  }

  void read(String line) {
    Matcher lane = LANE.matcher(line);
    Matcher test = TEST.matcher(line);
    if (lane.matches()) {
      module = "kernel " + lane.group(1);
      Matcher ended = ENDED.matcher(lane.group(2));
      if (ended.matches() && !ended.group(1).equals("0") && !failed) {
        add("the lane", TestOutcome.Result.FAILED, "exit status " + ended.group(1));
      }
      failed = false;
    } else if (test.matches()) {
      TestOutcome.Result result =
          switch (test.group(1)) {
            case "SUCCESSFUL" -> TestOutcome.Result.PASSED;
            case "SKIPPED", "ABORTED" -> TestOutcome.Result.SKIPPED;
            default -> TestOutcome.Result.FAILED;
          };
      failed |= result == TestOutcome.Result.FAILED;
      add(test.group(2), result, "");
    }
  }

  List<TestOutcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private void add(String name, TestOutcome.Result result, String reason) {
    outcomes.add(new TestOutcome(module, name, result, reason));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(checkout.resolve(SCRIPT).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(checkout.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }
}
