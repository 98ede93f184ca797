package dev.gantry.image.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as they say themselves: there are no accounts that could prove it.
 *
 * @param name the user of Basic authentication (RFC 7617), or else the first product of {@code
 *     User-Agent} and the address, as {@code skopeo/1.9@127.0.0.1}
 */
public record Actor(String name) {
  private static final int PART_MAX = 100;
  private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/=]{1,1000})");
  private static final Pattern PRODUCT = Pattern.compile("([!-~]{1," + PART_MAX + "}).*");
  private static final Pattern USER = Pattern.compile("([^:\\p{Cntrl}]{1," + PART_MAX + "}):.*");

  /** Reads two headers of a request; what is not well formed says nothing. */
  public static Actor of(
      @Nullable String authorization, @Nullable String userAgent, String address) {
    return new Actor(
        user(authorization)
            .or(() -> group(PRODUCT, userAgent).map(product -> product + "@" + address))
            .orElse(address));
  }

  private static Optional<String> user(@Nullable String authorization) {
    return group(BASIC, authorization)
        .flatMap(Actor::decoded)
        .flatMap(credentials -> group(USER, credentials));
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> group(Pattern pattern, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
