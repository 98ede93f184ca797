package dev.gantry.image.listing;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a list goes on: after the tag with this time and row. */
public record Cursor(Instant taggedAt, long id) {
  /** Before the newest. */
  static final Cursor START = new Cursor(Instant.parse("9999-12-31T00:00:00Z"), Long.MAX_VALUE);

  private static final long MICROS = 1_000_000L;
  private static final Pattern GRAMMAR = Pattern.compile("([0-9]{1,17})-([0-9]{1,18})");

  /** Empty when the text is none of ours. */
  static Optional<Cursor> parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long micros = Long.parseLong(matcher.group(1));
    Instant time = Instant.ofEpochSecond(micros / MICROS, (micros % MICROS) * 1000);
    return Optional.of(new Cursor(time, Long.parseLong(matcher.group(2))));
  }

  /** The database keeps microseconds. */
  @Override
  public String toString() {
    return taggedAt.getEpochSecond() * MICROS + taggedAt.getNano() / 1000 + "-" + id;
  }
}
