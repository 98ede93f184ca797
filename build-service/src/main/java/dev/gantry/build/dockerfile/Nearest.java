package dev.gantry.build.dockerfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody meant who mistyped it. */
final class Nearest {
  private static final int LENGTH_MAX = 40;
  private static final int EDITS_MAX = 2;

  private Nearest() {}

  /** Of the known words the one that at most two edits, fewer than half the word, lead to. */
  static Optional<String> of(String word, Collection<String> known) {
    if (word.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    return known.stream()
        .filter(each -> edits(word, each) <= Math.min(EDITS_MAX, each.length() / 2))
        .min(
            Comparator.comparingInt((String each) -> edits(word, each))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
