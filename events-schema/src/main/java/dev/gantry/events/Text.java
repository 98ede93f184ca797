package dev.gantry.events;

/** Other people's text inside messages of ours: bounded, and without control characters. */
final class Text {
  private static final int SHOWN_MAX = 120;

  private Text() {}

  /** The text in quotes, cut where it is long. */
  static String quoted(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .limit(SHOWN_MAX)
        .forEach(c -> shown.appendCodePoint(isHarmless(c) ? c : '\uFFFD'));
    return shown.append(text.length() > SHOWN_MAX ? "…\"" : "\"").toString();
  }

  /** Whether it survives UTF-8, JSON, databases and system calls: no NUL, no half of a pair. */
  static boolean isStorable(String text) {
    return text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }

  private static boolean isHarmless(int c) {
    return !Character.isISOControl(c)
        && Character.getType(c) != Character.SURROGATE
        && Character.getType(c) != Character.FORMAT;
  }
}
