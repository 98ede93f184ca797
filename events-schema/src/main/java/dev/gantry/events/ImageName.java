package dev.gantry.events;

import java.util.regex.Pattern;

/** The grammar of image names that requests may hold; what they mean is the registry's business. */
final class ImageName {
  private static final int LENGTH_MAX = 512;
  private static final String DOMAIN =
      "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?";
  private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+";
  private static final String PATH = COMPONENT + "(?:/" + COMPONENT + ")*+";
  private static final String TAG = "(?::\\w[\\w.-]{0,127})?";
  private static final String DIGEST = "(?:@(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?";
  private static final Pattern TAGGED = Pattern.compile(DOMAIN + PATH + TAG);
  private static final Pattern ANY = Pattern.compile(DOMAIN + PATH + TAG + DIGEST);

  private ImageName() {}

  /** {@code [registry/]repository[:tag][@digest]}. */
  static Parsed<String> parse(String text) {
    return text.length() <= LENGTH_MAX && ANY.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(
            Text.quoted(text) + " is not an image name: [registry/]repository[:tag][@digest]");
  }

  /** {@code [registry/]repository[:tag]}: what a build may name its result. */
  static Parsed<String> parseTag(String text) {
    return text.length() <= LENGTH_MAX && TAGGED.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(
            Text.quoted(text) + " is not a name for an image: [registry/]repository[:tag]");
  }
}
