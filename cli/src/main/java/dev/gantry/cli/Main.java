package dev.gantry.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code gantry} command. */
@Command(name = "gantry", mixinStandardHelpOptions = true)
public final class Main implements Runnable {

  static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
