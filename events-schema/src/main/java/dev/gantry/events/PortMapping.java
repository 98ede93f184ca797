package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Ports to publish, as {@code docker run -p} writes them: {@code
 * [[hostIp:][hostPort[-end]]:]containerPort[-end][/tcp|udp]}.
 *
 * @param hostIp IPv4 address to publish on; absent: the host's own choice
 * @param hostPort the first; 0: any that are free
 * @param containerPort the first
 * @param count how many ports in a row, on both sides
 */
public record PortMapping(
    @Nullable String hostIp, int hostPort, int containerPort, int count, Protocol protocol) {
  private static final String GRAMMAR =
      "[[hostIp:][hostPort[-end]]:]containerPort[-end][/tcp|udp], ports from 1 to 65535";
  private static final String RANGE = "[0-9]{1,5}(?:-[0-9]{1,5})?";
  private static final Pattern FORM =
      Pattern.compile(
          ("(?:(?:(?<ip>[0-9.]{7,15}):)?(?<host>%s)?:)?(?<container>%s)"
                  + "(?:/(?<protocol>[a-zA-Z]{3}))?")
              .formatted(RANGE, RANGE));
  private static final int PORT_MAX = 65_535;

  /** Refuses ports out of range with IllegalArgumentException. */
  public PortMapping {
    if (hostPort < 0
        || containerPort < 1
        || count < 1
        || Math.max(hostPort, containerPort) + count - 1 > PORT_MAX) {
      throw new IllegalArgumentException("ports %d, %d".formatted(hostPort, containerPort));
    }
  }

  /** One port. */
  public PortMapping(@Nullable String hostIp, int hostPort, int containerPort, Protocol protocol) {
    this(hostIp, hostPort, containerPort, 1, protocol);
  }

  /** Reads the grammar above. */
  public static Parsed<PortMapping> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return refused(text);
    }
    String ip = matcher.group("ip");
    Ports host = Ports.of(Objects.requireNonNullElse(matcher.group("host"), "0"));
    Ports container = Ports.of(matcher.group("container"));
    Protocol protocol = protocol(matcher.group("protocol"));
    if ((ip != null && !Ipv4.is(ip))
        || !host.isValid(0)
        || !container.isValid(1)
        || protocol == null) {
      return refused(text);
    }
    if (host.first != 0 && host.count() != container.count()) {
      return Parsed.invalid(
          "%s has %d ports on the host for %d in the run"
              .formatted(Text.quoted(text), host.count(), container.count()));
    }
    return new Parsed.Valid<>(
        new PortMapping(ip, host.first, container.first, container.count(), protocol));
  }

  private record Ports(int first, int last) {
    static Ports of(String text) {
      int dash = text.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
      return new Ports(first, dash < 0 ? first : Integer.parseInt(text.substring(dash + 1)));
    }

    boolean isValid(int min) {
      return first >= min && last >= first && last <= PORT_MAX && (first > 0 || last == 0);
    }

    int count() {
      return last - first + 1;
    }
  }

  /** The same, port by port. */
  public List<PortMapping> each() {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new PortMapping(
                    hostIp, hostPort == 0 ? 0 : hostPort + i, containerPort + i, protocol))
        .toList();
  }

  /** Whether both ask for the same port of the same address, as far as requests can tell. */
  boolean collidesWith(PortMapping other) {
    return hostPort != 0
        && other.hostPort != 0
        && protocol == other.protocol
        && Objects.equals(hostIp, other.hostIp)
        && hostPort < other.hostPort + other.count
        && other.hostPort < hostPort + count;
  }

  private static Parsed<PortMapping> refused(String text) {
    return Parsed.invalid(Text.quoted(text) + " is not " + GRAMMAR);
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

  private String range(int first) {
    return count == 1 ? Integer.toString(first) : first + "-" + (first + count - 1);
  }

  /** In the grammar that {@link #parse} reads; always with protocol. */
  @JsonValue
  @Override
  public String toString() {
    String host = hostPort == 0 ? "" : range(hostPort);
    String prefix = hostIp == null ? host + ':' : hostIp + ':' + host + ':';
    return (prefix.equals(":") ? "" : prefix) + range(containerPort) + '/' + protocol;
  }
}
