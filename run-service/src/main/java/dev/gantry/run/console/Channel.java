package dev.gantry.run.console;

/** The first byte of a message: what it is about. */
final class Channel {
  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int STATUS = 3;
  static final int RESIZE = 4;
  static final int CLOSE = 255;

  private Channel() {}
}
