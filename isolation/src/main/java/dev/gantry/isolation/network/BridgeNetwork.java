package dev.gantry.isolation.network;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.network.Link;
import dev.gantry.linux.network.LinkAddress;
import dev.gantry.linux.network.Route;
import dev.gantry.linux.network.RouteClient;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A bridge on this host, with an address of its subnet. */
public final class BridgeNetwork {
  private static final System.Logger LOG = System.getLogger(BridgeNetwork.class.getName());
  private static final Duration FORWARDING_PATIENCE = Duration.ofMillis(200);
  private static final long FORWARDING_POLL_NANOS = 500_000;

  /** BR_STATE_FORWARDING of linux/if_bridge.h. */
  private static final String FORWARDING = "3";

  private static final Path IP_FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");

  private final BridgeSpec spec;

  private BridgeNetwork(BridgeSpec spec) {
    this.spec = spec;
  }

  /** As {@link #ensure(BridgeSpec)}: with the first address of the subnet, and a way out. */
  public static BridgeNetwork ensure(String name, Subnet subnet) throws IOException {
    return ensure(BridgeSpec.of(name, subnet));
  }

  /**
   * Makes the bridge, or makes an existing one fit: address, up, no IPv6 (which our firewall does
   * not speak). Lets this host forward packets if it does not yet, and says so in the log.
   * Repeating it changes nothing.
   *
   * @throws NetworkConflictException when the name belongs to a link that is no bridge or has
   *     another subnet, or another link or route of this host has addresses of the subnet
   * @throws IOException when the kernel refuses
   */
  public static BridgeNetwork ensure(BridgeSpec spec) throws IOException {
    try (RouteClient routes = RouteClient.open()) {
      Link bridge = bridge(routes, spec);
      refuseOthers(routes, bridge, spec);
      setting("ipv6", spec.link(), "disable_ipv6", "1");
      routes.addAddress(bridge, spec.gateway(), spec.subnet().prefix());
      routes.up(bridge);
    }
    forwardPackets();
    return new BridgeNetwork(spec);
  }

  /**
   * Why no bridge can have this subnet, if so: which link or route of this host has addresses of
   * it.
   */
  public static Optional<String> conflict(Subnet subnet) throws IOException {
    try (RouteClient routes = RouteClient.open()) {
      refuseOthers(routes, null, BridgeSpec.of("unnamed", subnet));
      return Optional.empty();
    } catch (NetworkConflictException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The bridge's link name. */
  public String name() {
    return spec.link();
  }

  /** The subnet of its sandboxes. */
  public Subnet subnet() {
    return spec.subnet();
  }

  /** The bridge's own address. */
  public Inet4Address gateway() {
    return spec.gateway();
  }

  /** Whether there is no way out. */
  public boolean internal() {
    return spec.internal();
  }

  /**
   * What a sandbox needs to be attached here.
   *
   * @param instance the platform's instance: with the owner, it determines the host link's name
   * @param owner the sandbox's id
   * @param address the sandbox's address, from an {@link AddressPool} of this subnet
   */
  public NetworkAttachment attachment(String instance, String owner, Inet4Address address) {
    return new NetworkAttachment(
        name(),
        InterfaceName.of(instance, name() + "/" + owner),
        address,
        subnet().prefix(),
        gateway(),
        MacAddress.of(address),
        internal());
  }

  /** The name of the host's end of a sandbox's veth: the same whenever it is asked for. */
  public static String hostInterface(String instance, String owner) {
    return InterfaceName.of(instance, owner);
  }

  /**
   * Waits until the bridge forwards frames to a sandbox that was launched, which is a moment after
   * its interface is up: a frame that comes before is lost, and its sender waits a second before it
   * tries again. Then tells the host the sandbox's link address: who was too early, and whose
   * packets wait for the answer to a question that nobody heard, is let through at once. Gives up
   * after a fifth of a second, and when there is no such interface.
   */
  public static void awaitForwarding(NetworkAttachment attachment) {
    try {
      awaitForwarding(attachment.hostInterface());
      try (RouteClient routes = RouteClient.open()) {
        Optional<Link> bridge = routes.link(attachment.bridge());
        if (bridge.isPresent()) {
          routes.learn(bridge.get(), attachment.address(), attachment.mac().bytes());
        }
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} is not known: {1}", attachment.address(), e);
    }
  }

  /** An interface of another name was made ahead, and is long since ready. */
  private static void awaitForwarding(String hostInterface) throws IOException {
    Path state = Path.of("/sys/class/net", hostInterface, "brport", "state");
    long deadline = System.nanoTime() + FORWARDING_PATIENCE.toNanos();
    while (Files.exists(state)
        && !Files.readString(state).strip().equals(FORWARDING)
        && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(FORWARDING_POLL_NANOS);
    }
  }

  /** Deletes the bridge. One that is gone already is success. */
  public void delete() throws IOException {
    try (RouteClient routes = RouteClient.open()) {
      routes.delete(name());
    }
  }

  /**
   * Lets packets for 127.0.0.1 that the firewall readdressed leave through the bridge. Only to be
   * called when the firewall drops what comes in through the bridge for such addresses: the kernel
   * no longer does.
   */
  void allowLoopbackRouting() throws IOException {
    setting("ipv4", name(), "route_localnet", "1");
  }

  private static Link bridge(RouteClient routes, BridgeSpec spec) throws IOException {
    String name = spec.link();
    if (routes.link(name).isEmpty()) {
      refuseOthers(routes, null, spec);
      try {
        // An address of its own: else it changes whenever a port joins or leaves.
        routes.createBridge(name, MacAddress.of(spec.gateway()).bytes());
      } catch (LinuxException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
    Link link =
        routes
            .link(name)
            .orElseThrow(() -> new IOException("the bridge " + name + " has just been deleted"));
    if (!link.kind().equals("bridge")) {
      throw new NetworkConflictException("the link " + name + " is there and is no bridge");
    }
    return link;
  }

  private static void refuseOthers(RouteClient routes, @Nullable Link bridge, BridgeSpec spec)
      throws IOException {
    Subnet subnet = spec.subnet();
    int own = bridge == null ? 0 : bridge.index();
    List<Link> links = routes.links();
    for (LinkAddress address : routes.addresses()) {
      boolean overlap = subnet.contains(address.address());
      boolean wanted =
          address.address().equals(spec.gateway()) && address.prefix() == subnet.prefix();
      if (address.link() == own ? !wanted : overlap) {
        throw new NetworkConflictException(
            "the link "
                + nameOf(links, address.link())
                + " has the address "
                + address.address().getHostAddress()
                + "/"
                + address.prefix()
                + ", which does not go with the subnet "
                + subnet);
      }
    }
    for (Route route : routes.routes()) {
      boolean overlap =
          subnet.contains(route.destination())
              || covers(route.destination(), route.prefix(), subnet);
      if (route.link() != own && route.prefix() > 0 && overlap) {
        throw new NetworkConflictException(
            "addresses of the subnet "
                + subnet
                + " are routed to the link "
                + nameOf(links, route.link()));
      }
    }
  }

  private static boolean covers(Inet4Address destination, int prefix, Subnet subnet) {
    return prefix >= 8
        && prefix <= 29
        && new Subnet(destination, prefix).contains(subnet.network());
  }

  private static String nameOf(List<Link> links, int index) {
    return links.stream()
        .filter(link -> link.index() == index)
        .map(Link::name)
        .findFirst()
        .orElse("number " + index);
  }

  private static void forwardPackets() throws IOException {
    if (!Files.readString(IP_FORWARD).strip().equals("1")) {
      Files.writeString(IP_FORWARD, "1\n");
      LOG.log(
          System.Logger.Level.INFO,
          "net.ipv4.ip_forward is now 1: sandboxes reach other hosts through this one");
    }
  }

  private static void setting(String family, String link, String key, String value)
      throws IOException {
    Path file = Path.of("/proc/sys/net", family, "conf", link, key);
    // The whole family may be missing from the kernel.
    if (Files.exists(file) && !Files.readString(file).strip().equals(value)) {
      Files.writeString(file, value + "\n");
    }
  }
}
