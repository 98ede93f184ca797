package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.DockerfileException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The grammar of EXPOSE: {@code port[-port][/protocol]}. */
final class ExposedPort {
  private static final Pattern GRAMMAR =
      Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?", Pattern.CASE_INSENSITIVE);
  private static final int PORT_MAX = 65_535;

  private ExposedPort() {}

  /** Each as {@code port/protocol}. */
  static List<String> parse(String text, At at) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      String protocol =
          matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
      if (first >= 1 && first <= last && last <= PORT_MAX) {
        return IntStream.rangeClosed(first, last).mapToObj(port -> port + "/" + protocol).toList();
      }
    }
    throw DockerfileException.syntax(at, at.spot(text), "invalid containerPort: " + text);
  }
}
