package dev.gantry.oci.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where may be fetched from when somebody else says where: the public Internet, and the networks
 * that the operator names. Never by default this host, private networks, link-local addresses
 * (where clouds serve credentials) or addresses that stand for others (IANA special-purpose
 * registries, RFC 6890). An IPv4 address that is mapped into IPv6 is that IPv4 address. Immutable.
 */
public final class NetworkPolicy {
  /** Allows public addresses alone. */
  public static final NetworkPolicy PUBLIC = of(List.of());

  private static final List<AddressRange> SPECIAL =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "::/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/9",
              "ff00::/8")
          .map(AddressRange::parse)
          .toList();

  private final List<AddressRange> allowed;

  private NetworkPolicy(List<AddressRange> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Allows these networks beside public addresses.
   *
   * @param networks such as {@code 10.0.0.0/8} or {@code ::1}
   * @throws IllegalArgumentException for what is no network, naming it
   */
  public static NetworkPolicy of(List<String> networks) {
    return new NetworkPolicy(networks.stream().map(AddressRange::parse).toList());
  }

  /** A place that may not be fetched from. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String what;

    private RefusedException(String what, String why) {
      super(what + ", " + why);
      this.what = what;
    }

    /** The same, in the words of whoever was refused. */
    public RefusedException because(String why) {
      return new RefusedException(what, why);
    }
  }

  /** Whether the address may be fetched from. */
  public boolean allows(InetAddress address) {
    InetAddress plain = AddressRange.plain(address);
    return allowed.stream().anyMatch(range -> range.has(plain))
        || SPECIAL.stream().noneMatch(range -> range.has(plain));
  }

  /**
   * The addresses of a host that may be connected to, in the order of the resolver.
   *
   * @throws RefusedException when it has addresses, but none that is allowed
   * @throws UnknownHostException when it has none
   */
  public List<InetAddress> resolve(String host) throws IOException {
    List<InetAddress> all = Arrays.asList(InetAddress.getAllByName(host));
    List<InetAddress> good = new ArrayList<>(all);
    good.removeIf(address -> !allows(address));
    if (good.isEmpty()) {
      throw new RefusedException(
          host + " has the address " + all.getFirst().getHostAddress(), "which is not public");
    }
    return good;
  }
}
