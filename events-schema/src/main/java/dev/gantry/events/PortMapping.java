package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A port to publish, as {@code docker run -p} writes it: {@code
 * [[hostIp:][hostPort]:]containerPort[/tcp|udp]}.
 *
 * @param hostIp IPv4 address to publish on; absent: the host's own choice
 * @param hostPort 0: any that is free
 */
public record PortMapping(
    @Nullable String hostIp, int hostPort, int containerPort, Protocol protocol) {
  private static final String GRAMMAR =
      "[[hostIp:][hostPort]:]containerPort[/tcp|udp], ports from 1 to 65535";
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?:(?<ip>[0-9.]{7,15}):)?(?<host>[0-9]{0,5}):)?(?<container>[0-9]{1,5})"
              + "(?:/(?<protocol>[a-zA-Z]{3}))?");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
  private static final int PORT_MAX = 65_535;

  /** Refuses ports out of range with IllegalArgumentException. */
  public PortMapping {
    if (hostPort < 0 || hostPort > PORT_MAX || containerPort < 1 || containerPort > PORT_MAX) {
      throw new IllegalArgumentException("ports " + hostPort + ", " + containerPort);
    }
  }

  /** Reads the grammar above. */
  public static Parsed<PortMapping> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return refused(text);
    }
    String ip = matcher.group("ip");
    int host = number(matcher.group("host"));
    int container = number(matcher.group("container"));
    Protocol protocol = protocol(matcher.group("protocol"));
    if ((ip != null && !IPV4.matcher(ip).matches())
        || host > PORT_MAX
        || container < 1
        || container > PORT_MAX
        || protocol == null) {
      return refused(text);
    }
    return new Parsed.Valid<>(new PortMapping(ip, host, container, protocol));
  }

  private static Parsed<PortMapping> refused(String text) {
    return Parsed.invalid(Text.quoted(text) + " is not " + GRAMMAR);
  }

  private static int number(@Nullable String digits) {
    return digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  private static @Nullable Protocol protocol(@Nullable String name) {
    if (name == null) {
      return Protocol.TCP;
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "tcp" -> Protocol.TCP;
      case "udp" -> Protocol.UDP;
      default -> null;
    };
  }

  /** In the grammar that {@link #parse} reads; always with protocol. */
  @JsonValue
  @Override
  public String toString() {
    String host = hostPort == 0 ? "" : Integer.toString(hostPort);
    String prefix = hostIp == null ? host + ':' : hostIp + ':' + host + ':';
    return (prefix.equals(":") ? "" : prefix) + containerPort + '/' + protocol;
  }
}
