package dev.gantry.events;

import java.util.regex.Pattern;

/** Addresses in requests: four numbers, nothing else that resolvers would take. */
final class Ipv4 {
  private static final Pattern FORM =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");

  private Ipv4() {}

  static boolean is(String text) {
    return FORM.matcher(text).matches();
  }

  static Parsed<String> parse(String text) {
    return is(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not an IPv4 address");
  }
}
