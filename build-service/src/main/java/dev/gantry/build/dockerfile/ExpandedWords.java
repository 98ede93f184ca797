package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** What was read of a text so far, as a whole and as words. */
final class ExpandedWords {
  private final StringBuilder whole = new StringBuilder();
  private final StringBuilder word = new StringBuilder();
  private final List<String> words = new ArrayList<>();

  int length() {
    return whole.length();
  }

  /** Belongs to a word, white space too. */
  void raw(String quoted) {
    whole.append(quoted);
    word.append(quoted);
  }

  /** White space ends a word. */
  void plain(char c) {
    whole.append(c);
    if (Character.isWhitespace(c)) {
      close();
    } else {
      word.append(c);
    }
  }

  /** The value of a variable, in which white space ends words too. */
  void variable(String value) {
    for (int i = 0; i < value.length(); i++) {
      plain(value.charAt(i));
    }
  }

  String whole() {
    return whole.toString();
  }

  List<String> words() {
    close();
    return List.copyOf(words);
  }

  private void close() {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }
}
