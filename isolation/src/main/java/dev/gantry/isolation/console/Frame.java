package dev.gantry.isolation.console;

/** What goes over the control socket: a letter, a length, and so many bytes. */
record Frame(char type, byte[] body) {
  // What we ask for.
  static final char EXEC = 'E';
  static final char ATTACH = 'A';
  static final char INPUT = 'I';
  static final char INPUT_END = 'C';
  static final char RESIZE = 'R';
  static final char SIGNAL = 'S';

  // What we are told.
  static final char BEGUN = 'B';
  static final char FAILED = 'F';
  static final char OUTPUT = 'O';
  static final char ERROR = 'E';
  static final char MISSED = 'M';
  static final char EXIT = 'X';
}
