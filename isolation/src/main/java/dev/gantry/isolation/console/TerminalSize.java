package dev.gantry.isolation.console;

/** How much a terminal shows, in characters. */
public record TerminalSize(int rows, int columns) {
  private static final int MAX = 0xffff;

  /** Refuses what the kernel cannot keep (struct winsize, tty_ioctl(4)). */
  public TerminalSize {
    if (rows < 0 || rows > MAX || columns < 0 || columns > MAX) {
      throw new IllegalArgumentException(rows + " x " + columns + " is not in 0.." + MAX);
    }
  }
}
