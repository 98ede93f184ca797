package dev.gantry.build.dockerfile;

import java.util.List;

/**
 * Where an instruction stands.
 *
 * @param line its first line, from 1
 * @param lineEnd its last line
 * @param column where its keyword begins in the first line, in characters from 1
 * @param text the instruction on one line, at most about 1000 characters
 * @param source its first lines as they stand in the file
 */
public record At(int line, int lineEnd, int column, String text, List<String> source) {
  /** Copies the list. */
  public At {
    source = List.copyOf(source);
  }

  /** The keyword in upper case. */
  public String keyword() {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  /** The spot at which the keyword stands. */
  public Spot spot() {
    return new Spot(line, column, source.isEmpty() ? "" : source.getFirst());
  }

  /** The spot at which a part of the instruction stands; that of the keyword where it is not. */
  public Spot spot(String part) {
    for (int i = 0; i < source.size() && !part.isEmpty(); i++) {
      int found =
          source.get(i).indexOf(part, i == 0 ? Math.min(column, source.get(i).length()) : 0);
      if (found >= 0) {
        return new Spot(line + i, found + 1, source.get(i));
      }
    }
    return spot();
  }

  /**
   * A character of the file.
   *
   * @param line from 1
   * @param column in characters, from 1
   * @param source the line
   */
  public record Spot(int line, int column, String source) {
    /** The beginning of a line. */
    public static Spot of(int line, String source) {
      return new Spot(line, 1, source);
    }
  }
}
