package dev.gantry.image.tag;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a tag pointed to at a time, written so that every client can pull it: {@code
 * TAG.as-of.yyyymmddThhmmssZ}. A tag that is called so itself goes first.
 *
 * @param at whole seconds: what happened within that second counts
 */
public record AsOf(TagName tag, Instant at) {
  private static final Pattern GRAMMAR = Pattern.compile("(.+)\\.as-of\\.([0-9]{8}T[0-9]{6}Z)");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Empty when the name asks for no time, or for one that does not exist. */
  public static Optional<AsOf> parse(TagName name) {
    Matcher matcher = GRAMMAR.matcher(name.value());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Instant second = TIME.parse(matcher.group(2), Instant::from);
      return TagName.parse(matcher.group(1))
          .map(tag -> new AsOf(tag, second.plusSeconds(1).minusNanos(1000)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
