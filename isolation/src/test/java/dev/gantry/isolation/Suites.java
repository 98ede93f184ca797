package dev.gantry.isolation;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs test classes without Maven, as on a guest kernel: {@code Suites dev.gantry.….CgroupIT …}.
 * Exits with 1 when a test fails, or when none ran.
 */
public final class Suites {
  private Suites() {}

  public static void main(String[] classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
            .build();
    SummaryGeneratingListener summaries = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summaries, new Progress());
    TestExecutionSummary summary = summaries.getSummary();
    summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 10);
    System.out.printf(
        "%d tests, %d passed, %d failed, %d skipped%n",
        summary.getTestsFoundCount(),
        summary.getTestsSucceededCount(),
        summary.getTotalFailureCount(),
        summary.getTestsSkippedCount() + summary.getTestsAbortedCount());
    boolean good = summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > 0;
    System.exit(good ? 0 : 1);
  }

  /** A line for each test, and one for each class that could not even begin. */
  private static final class Progress implements TestExecutionListener {
    private long startedNanos;

    @Override
    public void executionStarted(TestIdentifier test) {
      startedNanos = System.nanoTime();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        long millis = (System.nanoTime() - startedNanos) / 1_000_000;
        System.out.printf(
            "%s %s %d ms%s%n", result.getStatus(), name(test), millis, reason(result));
      } else if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
        System.out.println(result.getStatus() + " " + name(test) + reason(result));
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      System.out.println("SKIPPED " + name(test) + ": " + reason);
    }

    private static String reason(TestExecutionResult result) {
      return result
          .getThrowable()
          .map(thrown -> ": " + String.valueOf(thrown.getMessage()).replaceAll("\\s+", " "))
          .orElse("");
    }

    /** The class, a point, the method; of a repeated test which one. */
    private static String name(TestIdentifier test) {
      String source = test.getUniqueId().replaceAll("^.*\\.([A-Za-z0-9]+)\\].*$", "$1");
      return source + "." + test.getDisplayName().replace("()", "").replaceAll("\\s+", " ");
    }
  }
}
