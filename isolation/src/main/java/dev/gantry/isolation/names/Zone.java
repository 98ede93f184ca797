package dev.gantry.isolation.names;

import java.net.Inet4Address;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the name server answers on one bridge: the file {@code <bridge>.zone}. The program's README
 * has the format.
 *
 * @param bridge the link's name
 * @param gateway the bridge's address, where it is asked
 * @param prefix of the subnet: nobody from elsewhere is answered
 * @param domain with which names may end, too; may be empty
 * @param names of the sandboxes on the bridge
 * @param upstreams whom to ask for all other names; none: they are unknown
 * @param guests sandboxes on this bridge that are on others, too
 */
public record Zone(
    String bridge,
    Inet4Address gateway,
    int prefix,
    String domain,
    List<Name> names,
    List<Upstream> upstreams,
    List<Guest> guests) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,253}");

  /** A name and one of its addresses: several entries are several addresses. */
  public record Name(String text, Inet4Address address) {
    public Name {
      requireWord(text);
    }
  }

  /**
   * A name server.
   *
   * @param client for whom; 0.0.0.0: for those who have none of their own
   */
  public record Upstream(Inet4Address server, Inet4Address client) {}

  /** A sandbox that knows the names of another bridge, too. */
  public record Guest(Inet4Address client, String bridge) {
    public Guest {
      requireWord(bridge);
    }
  }

  public Zone {
    requireWord(bridge);
    if (!domain.isEmpty()) {
      requireWord(domain);
    }
    names = List.copyOf(names);
    upstreams = List.copyOf(upstreams);
    guests = List.copyOf(guests);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append("listen " + address(gateway) + " " + prefix + "\n");
    if (!domain.isEmpty()) {
      text.append("domain " + domain + "\n");
    }
    for (Upstream upstream : upstreams) {
      text.append("upstream " + address(upstream.server));
      text.append(
          upstream.client.isAnyLocalAddress() ? "\n" : " " + address(upstream.client) + "\n");
    }
    for (Guest guest : guests) {
      text.append("also " + address(guest.client) + " " + file(guest.bridge) + "\n");
    }
    for (Name name : names) {
      text.append("name " + name.text + " " + address(name.address) + "\n");
    }
    return text.toString();
  }

  static String file(String bridge) {
    return bridge + ".zone";
  }

  private static String address(Inet4Address address) {
    return address.getHostAddress();
  }

  private static void requireWord(String text) {
    if (!WORD.matcher(text).matches()) {
      throw new IllegalArgumentException("not a name for a zone: " + text);
    }
  }
}
