package dev.gantry.cli.console;

import java.util.Arrays;

/** Finds Ctrl-P Ctrl-Q in what is typed: leave, and let the process go on. */
final class DetachKeys {
  private static final byte FIRST = 16;
  private static final byte SECOND = 17;

  private boolean begun;
  private boolean pressed;

  /** What of it is for the process; a first key waits for the next. */
  byte[] filter(byte[] typed, int length) {
    byte[] passed = new byte[length + 1];
    int count = 0;
    for (int i = 0; i < length && !pressed; i++) {
      byte key = typed[i];
      if (begun && key == SECOND) {
        pressed = true;
      } else {
        if (begun) {
          passed[count++] = FIRST;
        }
        begun = key == FIRST;
        if (!begun) {
          passed[count++] = key;
        }
      }
    }
    return Arrays.copyOf(passed, count);
  }

  /** Whether both were pressed. */
  boolean pressed() {
    return pressed;
  }
}
