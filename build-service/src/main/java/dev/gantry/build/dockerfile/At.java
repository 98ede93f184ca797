package dev.gantry.build.dockerfile;

/**
 * Where an instruction stands.
 *
 * @param line its first line, from 1
 * @param lineEnd its last line
 * @param text the instruction on one line, at most about 1000 characters
 */
public record At(int line, int lineEnd, String text) {
  /** The keyword in upper case. */
  public String keyword() {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }
}
