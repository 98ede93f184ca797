package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.DockerfileException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The grammar of EXPOSE: {@code port[-port][/protocol]}; an address and a port of the host before
 * it, as {@code docker run -p} takes them, mean nothing.
 */
final class ExposedPort {
  private static final Pattern GRAMMAR =
      Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/([a-z]*))?", Pattern.CASE_INSENSITIVE);
  private static final Pattern HOST_PORT = Pattern.compile("(?:\\d{1,5}(?:-\\d{1,5})?)?");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.\\[\\]]*");
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");
  private static final int PORT_MAX = 65_535;

  private ExposedPort() {}

  /** Each as {@code port/protocol}. */
  static List<String> parse(String text, At at) {
    int last = text.lastIndexOf(':');
    int before = text.lastIndexOf(':', last - 1);
    String hostPort = last < 0 ? "" : text.substring(before + 1, last);
    String address = before < 0 ? "" : text.substring(0, before);
    Matcher matcher = GRAMMAR.matcher(text.substring(last + 1));
    if (matcher.matches()
        && HOST_PORT.matcher(hostPort).matches()
        && ADDRESS.matcher(address).matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int end = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      String named = matcher.group(3) == null ? "" : matcher.group(3).toLowerCase(Locale.ROOT);
      String protocol = named.isEmpty() ? "tcp" : named;
      if (!PROTOCOLS.contains(protocol)) {
        throw DockerfileException.syntax(at, at.spot(text), "invalid proto: " + protocol)
            .hint("it is tcp, udp or sctp");
      }
      if (first <= end && end <= PORT_MAX) {
        return IntStream.rangeClosed(first, end).mapToObj(port -> port + "/" + protocol).toList();
      }
    }
    throw DockerfileException.syntax(at, at.spot(text), "invalid containerPort: " + text)
        .hint("it is a port or a range up to 65535, such as 80, 53/udp or 8000-8010");
  }
}
