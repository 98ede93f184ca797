package dev.gantry.launcher;

/** Entry point of the launcher. */
public final class Main {
  private Main() {}

  static void main(String[] args) {
    System.err.println("usage: java -jar launcher.jar");
  }
}
