package dev.gantry.cli.prune;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** Asks before something is gone for good. */
final class Confirmation {
  private Confirmation() {}

  /**
   * Whether whoever is at the terminal says yes; without a terminal nobody does, and {@code err}
   * says what would help.
   */
  static boolean asked(String question, PrintStream err) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      err.println("gantry: nobody is there to confirm that: add --force");
      return false;
    }
    String answer = console.readLine("%s [y/N] ", question);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
