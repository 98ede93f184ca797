package dev.gantry.image.upload;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a chunk belongs, as its {@code Content-Range} header says: {@code first-last}, both
 * inclusive, without the unit (OCI distribution-spec 1.1, "Pushing a blob in chunks"); {@code bytes
 * first-last/size} of RFC 9110 is understood too.
 */
public record ContentRange(long first, long last) {
  private static final Pattern GRAMMAR =
      Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/(?:[0-9]{1,18}|\\*))?");

  public ContentRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("not a range: " + first + "-" + last);
    }
  }

  /** How many bytes the chunk has. */
  public long length() {
    return last - first + 1;
  }

  /** Empty when the header is no range. */
  public static Optional<ContentRange> parse(String header) {
    Matcher matcher = GRAMMAR.matcher(header.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    return last < first ? Optional.empty() : Optional.of(new ContentRange(first, last));
  }
}
