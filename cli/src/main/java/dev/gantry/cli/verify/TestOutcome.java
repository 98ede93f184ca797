package dev.gantry.cli.verify;

/**
 * How one test ended.
 *
 * @param reason why it failed or was skipped, empty when it passed
 */
record TestOutcome(String module, String name, Result result, String reason) {
  private static final int REASON_MAX = 300;

  enum Result {
    PASSED,
    FAILED,
    SKIPPED
  }

  /** On one line. */
  String line() {
    String text = reason.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "").strip();
    return module
        + " "
        + name
        + (text.isEmpty() ? "" : ": ")
        + (text.length() > REASON_MAX ? text.substring(0, REASON_MAX) + "…" : text);
  }
}
