package dev.gantry.events;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 67108864}, {@code 64m}, {@code 1.5g}, {@code 64MiB}. */
public final class ByteSize {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,16}(?:\\.[0-9]{1,6})?)\\s?(b|[kmgt]i?b?)?");
  private static final int STEP_BITS = 10;

  private ByteSize() {}

  /** Bytes; every unit is a power of 1024, as docker has it: {@code k}, {@code kb}, {@code KiB}. */
  public static Parsed<Long> parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Parsed.invalid(
          Text.quoted(text) + " is not a size: bytes, or a number with k, m, g or t (64m, 1.5GiB)");
    }
    String unit = matcher.group(2);
    int steps = unit == null ? 0 : "bkmgt".indexOf(unit.charAt(0));
    double bytes = Double.parseDouble(matcher.group(1)) * (1L << (STEP_BITS * steps));
    if (bytes > (1L << 53)) {
      return Parsed.invalid(Text.quoted(text) + " is more than any machine has");
    }
    return new Parsed.Valid<>((long) bytes);
  }
}
