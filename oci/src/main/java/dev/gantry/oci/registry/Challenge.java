package dev.gantry.oci.registry;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry wants to see before it answers (RFC 9110, 11.6.1). */
sealed interface Challenge {
  /** A name and a password. */
  record Basic() implements Challenge {}

  /**
   * A token from somewhere else (the registry's token authentication specification).
   *
   * @param realm where to ask for it
   * @param scope what it is to allow, such as {@code repository:app:pull,push}; may be empty
   */
  record Bearer(String realm, String service, String scope) implements Challenge {
    /** Where to ask, with what to ask for. */
    URI question() {
      StringBuilder uri = new StringBuilder(realm).append(realm.contains("?") ? '&' : '?');
      uri.append("service=").append(URLEncoder.encode(service, StandardCharsets.UTF_8));
      for (String one : scope.isBlank() ? List.<String>of() : List.of(scope.strip().split(" +"))) {
        uri.append("&scope=").append(URLEncoder.encode(one, StandardCharsets.UTF_8));
      }
      return URI.create(uri.toString());
    }
  }

  Pattern PARAMETER = Pattern.compile("([A-Za-z_]+)=(?:\"([^\"]*)\"|([^\\s,\"]+))");

  /** What the headers of an answer ask for; a token before a password. */
  static Optional<Challenge> of(HttpHeaders headers) {
    Optional<Challenge> basic = Optional.empty();
    for (String value : headers.allValues("WWW-Authenticate")) {
      String scheme = value.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT);
      if (scheme.equals("bearer")) {
        Map<String, String> parameters = parameters(value);
        return Optional.of(
            new Bearer(
                parameters.getOrDefault("realm", ""),
                parameters.getOrDefault("service", ""),
                parameters.getOrDefault("scope", "")));
      }
      if (scheme.equals("basic")) {
        basic = Optional.of(new Basic());
      }
    }
    return basic;
  }

  private static Map<String, String> parameters(String challenge) {
    Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Matcher matcher = PARAMETER.matcher(challenge);
    while (matcher.find()) {
      String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      parameters.putIfAbsent(matcher.group(1), value);
    }
    return parameters;
  }
}
