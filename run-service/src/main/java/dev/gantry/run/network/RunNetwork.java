package dev.gantry.run.network;

import dev.gantry.events.Connection;
import dev.gantry.events.Connection.NetworkUse;
import dev.gantry.events.NetworkSettings;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.names.NameServer;
import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.NetworkAttachment;
import dev.gantry.isolation.network.PortTable;
import dev.gantry.isolation.network.PublishedPort;
import dev.gantry.isolation.sandbox.SandboxSpec;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The networks of this host's runs: bridges, addresses, published ports, names. Thread-safe. Runs
 * keep what they have when the service ends, and names are answered meanwhile.
 */
public final class RunNetwork implements AutoCloseable {
  private final NetworkPlan settings;
  private final Networks networks;
  private final PortTable ports;
  private final Publishing publishing;
  private final NameBook names;

  /** For writing while the networks change, for reading while runs come and go. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** A run that lives, as far as the journal knows. */
  public record Live(String run, RunSpec spec, Inet4Address address, List<PublishedPort> ports) {
    /** Copies the list. */
    public Live {
      ports = List.copyOf(ports);
    }
  }

  private RunNetwork(NetworkPlan settings, Networks networks, PortTable ports, NameBook names) {
    this.settings = settings;
    this.networks = networks;
    this.ports = ports;
    this.publishing = new Publishing(settings.publishAddress(), ports);
    this.names = names;
  }

  /**
   * Makes the bridges where they are missing, and the firewall and the name server say what those
   * who live need: whoever else had an address or a port has it no more.
   */
  public static RunNetwork open(NetworkPlan settings, Collection<Live> live) throws IOException {
    Networks networks = Networks.open(settings, Clock.systemUTC());
    PortTable ports = null;
    try {
      ports =
          PortTable.open(
              new PortTable.Scope(
                  settings.instance(), bridges(networks), settings.access().guardedPorts()),
              live.stream()
                  .map(
                      run -> new PortTable.Live(run.run(), publishedAt(networks, run), run.ports()))
                  .toList());
      NameBook names =
          new NameBook(NameServer.open(settings.directory().resolve("names")), networks::find);
      names.open(networks.all(), live.stream().map(run -> member(networks, run)).toList());
      return new RunNetwork(settings, networks, ports, names);
    } catch (IOException e) {
      if (ports != null) {
        ports.close();
      }
      networks.close();
      throw e;
    }
  }

  private static List<BridgeNetwork> bridges(Networks networks) {
    return networks.all().stream().map(VirtualNetwork::bridge).toList();
  }

  private static Member member(Networks networks, Live run) {
    SequencedMap<String, Inet4Address> addresses = new LinkedHashMap<>();
    for (NetworkUse use : uses(run.spec())) {
      networks
          .find(use.name())
          .flatMap(network -> network.addressOf(run.run()))
          .ifPresent(address -> addresses.put(use.name(), address));
    }
    return new Member(run.run(), run.spec(), addresses);
  }

  private static Inet4Address publishedAt(Networks networks, Live run) {
    return target(networks, member(networks, run).addresses()).orElse(run.address());
  }

  /** Where packets from elsewhere arrive: on the first network that is not internal. */
  private static Optional<Inet4Address> target(
      Networks networks, SequencedMap<String, Inet4Address> addresses) {
    return addresses.entrySet().stream()
        .filter(
            entry ->
                networks
                    .find(entry.getKey())
                    .filter(network -> !network.network().internal())
                    .isPresent())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static List<NetworkUse> uses(RunSpec spec) {
    return spec.networking().connection() instanceof Connection.Attached(List<NetworkUse> uses)
        ? uses
        : List.of();
  }

  /**
   * Gives a run its addresses and reserves its ports, all or nothing. A run that has them keeps
   * them. Until they are {@link #publish published}, who connects is refused.
   *
   * @throws IOException when the kernel refuses; the run then holds nothing
   */
  public Attachment attach(String run, RunSpec spec) throws IOException {
    NetworkSettings wanted = spec.networking();
    return switch (wanted.connection()) {
      case Connection.None _ ->
          new Attachment.Attached(
              new SandboxSpec.Network.None(Resolutions.unattached(wanted)),
              Optional.empty(),
              List.of());
      case Connection.Host _ ->
          settings.access().hostNetwork()
              ? new Attachment.Attached(
                  new SandboxSpec.Network.Host(Resolutions.unattached(wanted)),
                  Optional.empty(),
                  List.of())
              : new Attachment.Refused(
                  ReasonCode.FORBIDDEN,
                  "is not allowed by this host's configuration (gantry.allow.host-network)",
                  "network");
      case Connection.Attached(List<NetworkUse> uses) -> attach(run, spec, uses);
    };
  }

  private Attachment attach(String run, RunSpec spec, List<NetworkUse> uses) throws IOException {
    lock.readLock().lock();
    boolean attached = false;
    try {
      Attachment attachment = join(run, spec, uses);
      attached = attachment instanceof Attachment.Attached;
      return attachment;
    } finally {
      if (!attached) {
        release(run);
      }
      lock.readLock().unlock();
    }
  }

  private Attachment join(String run, RunSpec spec, List<NetworkUse> uses) throws IOException {
    SequencedMap<String, Inet4Address> addresses = new LinkedHashMap<>();
    List<NetworkAttachment> attachments = new ArrayList<>();
    for (int i = 0; i < uses.size(); i++) {
      NetworkUse use = uses.get(i);
      String field = uses.size() == 1 ? "network" : "networks[" + i + "]";
      Optional<VirtualNetwork> network = networks.find(use.name());
      if (network.isEmpty()) {
        return networks.missing(use.name(), field);
      }
      switch (Joining.join(run, use, network.get(), field)) {
        case Joining.At(Inet4Address address) -> {
          addresses.put(use.name(), address);
          attachments.add(network.get().attachment(settings.instance(), run, address));
        }
        case Joining.Not(Attachment.Refused refused) -> {
          return refused;
        }
      }
    }
    return connect(new Member(run, spec, addresses), attachments);
  }

  private Attachment connect(Member member, List<NetworkAttachment> attachments)
      throws IOException {
    NetworkSettings wanted = member.spec().networking();
    Optional<Inet4Address> target = target(networks, member.addresses());
    if (target.isEmpty() && !wanted.publish().isEmpty()) {
      return new Attachment.Refused(
          ReasonCode.INVALID_FIELD,
          "is of no use: all networks of the run are internal",
          "publish");
    }
    Publishing.Outcome published =
        target.isEmpty()
            ? new Publishing.Outcome.Reserved(List.of())
            : publishing.reserve(member.run(), target.get(), wanted.publish());
    return switch (published) {
      case Publishing.Outcome.Refused(Attachment.Refused refused) -> refused;
      case Publishing.Outcome.Reserved(List<PublishedPort> reserved) -> {
        names.add(member);
        yield new Attachment.Attached(
            new SandboxSpec.Network.Bridged(
                attachments, Resolutions.attached(wanted, attachments.getFirst().gateway())),
            Optional.of(member.first().getValue().getHostAddress()),
            reserved);
      }
    };
  }

  /**
   * Waits until runs that are attached have their names, which are written meanwhile: what asks for
   * one from its first moment on is answered.
   *
   * @throws IOException when they cannot be written
   */
  public void settleNames() throws IOException {
    names.settle();
  }

  /**
   * Lets the run be reached through its ports. To be called when its sandbox has its interfaces; a
   * repeated call changes nothing.
   *
   * @return why not, when another process of the host has taken a port in the meantime: the run has
   *     no port then
   * @throws IOException when the kernel refuses
   */
  public Optional<String> publish(String run) throws IOException {
    if (!ports.published().getOrDefault(run, List.of()).isEmpty()) {
      names.find(run).ifPresent(this::awaitForwarding);
    }
    return publishing.publish(run);
  }

  private void awaitForwarding(Member member) {
    member
        .addresses()
        .forEach(
            (name, address) ->
                networks
                    .find(name)
                    .map(network -> network.attachment(settings.instance(), member.run(), address))
                    .ifPresent(BridgeNetwork::awaitForwarding));
  }

  /** Takes back the run's ports, addresses and names. One that has none is success. */
  public void detach(String run) throws IOException {
    lock.readLock().lock();
    try {
      release(run);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void release(String run) throws IOException {
    ports.release(run);
    names.remove(run);
    for (VirtualNetwork network : networks.all()) {
      network.addresses().release(run);
    }
  }

  /**
   * Takes back everything from owners that are not among these; returns whom it was taken from.
   *
   * @param owners also those who are just being attached; asked for when it is known who has
   *     something
   */
  public Set<String> retain(Supplier<Set<String>> owners) throws IOException {
    Set<String> strangers = new TreeSet<>(ports.published().keySet());
    networks.all().forEach(network -> strangers.addAll(network.members().keySet()));
    strangers.removeAll(owners.get());
    for (String stranger : strangers) {
      detach(stranger);
    }
    return strangers;
  }

  /** All networks, the default one first. */
  public List<Network> networks() {
    lock.readLock().lock();
    try {
      return networks.definitions();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Who is in a network: run to address. */
  public Map<String, Inet4Address> members(String network) {
    lock.readLock().lock();
    try {
      return networks.find(network).map(VirtualNetwork::members).orElse(Map.of());
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Makes a network. Durable when this returns; when it is refused or throws, nothing is left.
   *
   * @throws IOException when the kernel refuses
   */
  public NetworkChange create(NetworkRequest request) throws IOException {
    lock.writeLock().lock();
    try {
      NetworkChange change = networks.create(request);
      if (change instanceof NetworkChange.Done) {
        enter(request.name());
      }
      return change;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void enter(String name) throws IOException {
    try {
      ports.bridges(bridges(networks));
      names.publish(networks.find(name).orElseThrow());
    } catch (IOException e) {
      networks.remove(name);
      throw e;
    }
  }

  /** Removes a network that no run is in. */
  public NetworkChange remove(String name) throws IOException {
    lock.writeLock().lock();
    try {
      Optional<Network> known =
          networks.definitions().stream()
              .filter(network -> network.name().equals(name))
              .findFirst();
      if (known.isEmpty()) {
        return new NetworkChange.Refused(
            ReasonCode.NETWORK_NOT_FOUND, "there is no network " + name, null);
      }
      if (known.get().isDefault()) {
        return new NetworkChange.Refused(
            ReasonCode.CONFLICT, "the default network cannot be removed", null);
      }
      Set<String> members = members(name).keySet();
      if (!members.isEmpty()) {
        return new NetworkChange.Refused(
            ReasonCode.NETWORK_IN_USE,
            "network %s is in use by %s".formatted(name, String.join(", ", members)),
            null);
      }
      leave(name);
      return new NetworkChange.Done(known.get());
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void leave(String name) throws IOException {
    List<VirtualNetwork> left =
        networks.all().stream().filter(network -> !network.name().equals(name)).toList();
    names.retain(left);
    ports.bridges(left.stream().map(VirtualNetwork::bridge).toList());
    networks.remove(name);
  }

  /** Removes the bridges, their firewall and the name server. Only when no run is attached. */
  public void delete() throws IOException {
    lock.writeLock().lock();
    try {
      names.delete();
      ports.delete();
      networks.deleteBridges();
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public void close() throws IOException {
    names.close();
    ports.close();
    networks.close();
  }
}
