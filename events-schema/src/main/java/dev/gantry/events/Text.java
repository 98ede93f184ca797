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
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return shown.append(text.length() > SHOWN_MAX ? "…\"" : "\"").toString();
  }
}
