package dev.gantry.run.network;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.gantry.events.Connection;
import dev.gantry.isolation.network.Subnet;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A network of runs, as it is kept on disk.
 *
 * @param subnet {@code 10.251.3.0/24}
 * @param gateway the host's own address in it
 * @param internal whether its runs reach one another only
 */
public record Network(
    String name,
    String subnet,
    String gateway,
    boolean internal,
    Map<String, String> labels,
    Instant createdAt) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

  /** Copies the map. */
  public Network {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** Whether a network can have this name: not {@code host} or {@code none}, which mean others. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches() && !name.equals("host") && !name.equals("none");
  }

  /** Whether it is the one of runs that name none. */
  @JsonIgnore
  public boolean isDefault() {
    return name.equals(Connection.DEFAULT_NETWORK);
  }

  Subnet range() {
    return Subnet.parse(subnet);
  }

  Inet4Address bridgeAddress() {
    return Inet4Address.ofLiteral(gateway);
  }
}
