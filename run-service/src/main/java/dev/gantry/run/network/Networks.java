package dev.gantry.run.network;

import dev.gantry.events.Connection;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.BridgeSpec;
import dev.gantry.isolation.network.NetworkConflictException;
import dev.gantry.isolation.network.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The networks of this host: the default one, by configuration, and those that somebody made. Not
 * thread-safe.
 */
final class Networks implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Networks.class);
  private static final int NETWORKS_MAX = 255;
  private static final int CHOSEN_PREFIX = 24;

  private final NetworkPlan settings;
  private final NetworkFiles files;
  private final Clock clock;
  private final Map<String, VirtualNetwork> open = new TreeMap<>();

  /** Networks that cannot be had on this host as it is now, and why. */
  private final Map<String, Broken> broken = new TreeMap<>();

  /** A network that is not here, and why. */
  record Broken(Network network, String reason) {}

  private Networks(NetworkPlan settings, NetworkFiles files, Clock clock) {
    this.settings = settings;
    this.files = files;
    this.clock = clock;
  }

  /**
   * Makes what is missing. A network that cannot be made any more is kept for better times, and the
   * log says why; without the default one nothing works.
   */
  static Networks open(NetworkPlan settings, Clock clock) throws IOException {
    NetworkFiles files = new NetworkFiles(settings.directory().resolve("networks"));
    Networks networks = new Networks(settings, files, clock);
    try {
      networks.openDefault();
      for (Network network : files.load()) {
        networks.restore(network);
      }
      return networks;
    } catch (IOException e) {
      networks.close();
      throw e;
    }
  }

  private void openDefault() throws IOException {
    Network network =
        new Network(
            Connection.DEFAULT_NETWORK,
            settings.subnet().toString(),
            settings.subnet().gateway().getHostAddress(),
            false,
            Map.of(),
            Instant.EPOCH);
    open.put(
        network.name(),
        VirtualNetwork.open(network, settings.bridge(), settings.directory().resolve("addresses")));
  }

  private void restore(Network network) throws IOException {
    try {
      open.put(network.name(), open(network));
    } catch (NetworkConflictException e) {
      LOG.errorf("network %s cannot be had: %s", network.name(), e.getMessage());
      broken.put(network.name(), new Broken(network, String.valueOf(e.getMessage())));
    }
  }

  private VirtualNetwork open(Network network) throws IOException {
    return VirtualNetwork.open(
        network,
        BridgeSpec.link(settings.instance(), network.name()),
        files.addresses(network.name()));
  }

  VirtualNetwork main() {
    VirtualNetwork network = open.get(Connection.DEFAULT_NETWORK);
    if (network == null) {
      throw new IllegalStateException("there is no default network");
    }
    return network;
  }

  /** Those that are here; the default one first. */
  List<VirtualNetwork> all() {
    List<VirtualNetwork> all = new ArrayList<>(open.values());
    all.remove(main());
    all.addFirst(main());
    return all;
  }

  /** The definitions of all, the default one first. */
  List<Network> definitions() {
    List<Network> definitions = new ArrayList<>();
    all().forEach(network -> definitions.add(network.network()));
    broken.values().forEach(network -> definitions.add(network.network()));
    return definitions;
  }

  Optional<VirtualNetwork> find(String name) {
    return Optional.ofNullable(open.get(name));
  }

  /** Why a run cannot be in a network that is not there. */
  Attachment.Refused missing(String name, String field) {
    return findBroken(name)
        .map(
            broken ->
                new Attachment.Refused(
                    ReasonCode.SUBNET_TAKEN,
                    "network %s cannot be had: %s".formatted(name, broken.reason()),
                    field))
        .orElseGet(
            () ->
                new Attachment.Refused(
                    ReasonCode.NETWORK_NOT_FOUND, "there is no network " + name, field));
  }

  Optional<Broken> findBroken(String name) {
    return Optional.ofNullable(broken.get(name));
  }

  /**
   * Makes a network. Durable when this returns; when it is refused or throws, nothing is left.
   *
   * @throws IOException when the kernel refuses
   */
  NetworkChange create(NetworkRequest request) throws IOException {
    String name = request.name();
    if (open.containsKey(name) || broken.containsKey(name)) {
      return new NetworkChange.Refused(
          ReasonCode.NAME_TAKEN, "there is a network " + name + " already", "name");
    }
    if (definitions().size() >= NETWORKS_MAX) {
      return new NetworkChange.Refused(
          ReasonCode.HOST_FULL, "this host has " + NETWORKS_MAX + " networks, the most", null);
    }
    Subnet subnet = request.subnet();
    if (subnet == null) {
      Optional<Subnet> free = freeSubnet();
      return free.isPresent()
          ? create(request, free.get())
          : new NetworkChange.Refused(
              ReasonCode.SUBNET_TAKEN, "no subnet is free in " + settings.pool(), "subnet");
    }
    String holder = holder(subnet);
    return holder == null
        ? create(request, subnet)
        : new NetworkChange.Refused(
            ReasonCode.SUBNET_TAKEN, subnet + " is taken: " + holder, "subnet");
  }

  private NetworkChange create(NetworkRequest request, Subnet subnet) throws IOException {
    Inet4Address wanted = request.gateway();
    Inet4Address gateway = wanted == null ? subnet.gateway() : wanted;
    if (!subnet.isHost(gateway)) {
      return new NetworkChange.Refused(
          ReasonCode.INVALID_FIELD,
          gateway.getHostAddress() + " is no address for a host in " + subnet,
          "gateway");
    }
    Network network =
        new Network(
            request.name(),
            subnet.toString(),
            gateway.getHostAddress(),
            request.internal(),
            request.labels(),
            clock.instant().truncatedTo(ChronoUnit.MICROS));
    files.save(network);
    try {
      open.put(network.name(), open(network));
      return new NetworkChange.Done(network);
    } catch (NetworkConflictException e) {
      files.delete(network.name());
      return new NetworkChange.Refused(
          ReasonCode.SUBNET_TAKEN, String.valueOf(e.getMessage()), "subnet");
    } catch (IOException e) {
      files.delete(network.name());
      throw e;
    }
  }

  /** Takes away a network that nobody is in. */
  void remove(String name) throws IOException {
    VirtualNetwork network = open.remove(name);
    if (network != null) {
      network.close();
      network.bridge().delete();
    }
    broken.remove(name);
    files.delete(name);
  }

  private Optional<Subnet> freeSubnet() throws IOException {
    int count = 1 << (CHOSEN_PREFIX - settings.pool().prefix());
    int size = 1 << (Integer.SIZE - CHOSEN_PREFIX);
    for (int i = 0; i < count; i++) {
      Subnet subnet = new Subnet(settings.pool().address(i * size), CHOSEN_PREFIX);
      if (holder(subnet) == null) {
        return Optional.of(subnet);
      }
    }
    return Optional.empty();
  }

  /** Who has addresses of the subnet; null: nobody. */
  private @Nullable String holder(Subnet subnet) throws IOException {
    for (Network network : definitions()) {
      if (network.range().overlaps(subnet)) {
        return "network " + network.name() + " has " + network.subnet();
      }
    }
    return BridgeNetwork.conflict(subnet).orElse(null);
  }

  /** Deletes the bridges; the definitions stay, for the next start. */
  void deleteBridges() throws IOException {
    for (VirtualNetwork network : open.values()) {
      network.bridge().delete();
    }
  }

  @Override
  public void close() throws IOException {
    for (VirtualNetwork network : open.values()) {
      network.close();
    }
  }
}
