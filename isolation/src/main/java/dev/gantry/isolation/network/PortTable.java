package dev.gantry.isolation.network;

import dev.gantry.linux.network.Firewall;
import dev.gantry.linux.network.FirewallException;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The firewall of some bridges and their published ports: chains and maps of its own, named after
 * the first bridge, in the nftables table {@code gantry_<instance>} (family ip). Tables of others
 * are never touched. Thread-safe.
 *
 * <p>Sandboxes reach the outside with the host's address (masquerade); from outside they are
 * reached through published ports only; sandboxes of one bridge see each other, those of another
 * bridge do not see them; those of an internal one see nobody else. A published port works from the
 * host, through 127.0.0.1 too, from outside where the address is the host's own, and from
 * sandboxes, also the one that publishes it.
 *
 * <p>A sandbox gets its ports in two steps. {@link #reserve} takes them before the sandbox starts:
 * its numbers are known, and who connects is refused at once instead of waiting for somebody who is
 * not there yet. {@link #publish} readdresses them when the sandbox has its interface: from then on
 * this process listens there, so that no other process of the host takes them meanwhile. UDP ports
 * are readdressed from the reservation on: the kernel remembers where the first datagram of a
 * client went, and would send all that follow the same way.
 *
 * <p>Where Docker runs on the same host, it has packets dropped that are not its own, and a chain
 * in which others say which are theirs: ours are then allowed there, when the table is built.
 */
public final class PortTable implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PortTable.class.getName());

  private final Firewall firewall;
  private final Map<String, Publication> publications = new LinkedHashMap<>();
  private Ruleset ruleset;

  private PortTable(Ruleset ruleset, Firewall firewall) {
    this.ruleset = ruleset;
    this.firewall = firewall;
  }

  /** A sandbox that lives: its address and ports are put back when the table is built. */
  public record Live(String owner, Inet4Address address, List<PublishedPort> ports) {
    /** Copies the list. */
    public Live {
      ports = List.copyOf(ports);
    }
  }

  /** The ports of one owner, how they are held, and those that the firewall readdresses. */
  private record Publication(
      Inet4Address address,
      List<PublishedPort> ports,
      List<HeldPort> held,
      Set<Ruleset.Target> targets) {
    static Publication of(Inet4Address address) {
      return new Publication(address, new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>());
    }

    /** What is not readdressed yet. */
    List<Ruleset.Target> missing(Predicate<PublishedPort> which) {
      return ports.stream()
          .filter(which)
          .map(port -> Ruleset.Target.of(address.getHostAddress(), port))
          .filter(target -> !targets.contains(target))
          .toList();
    }
  }

  /**
   * Whose firewall it is.
   *
   * @param instance of the platform: names the table
   * @param bridges the first names this part of the table
   * @param guardedPorts TCP ports of the host that sandboxes do not reach, on whatever address
   */
  public record Scope(String instance, List<BridgeNetwork> bridges, List<Integer> guardedPorts) {
    /** Copies the lists. */
    public Scope {
      bridges = List.copyOf(bridges);
      guardedPorts = List.copyOf(guardedPorts);
    }
  }

  /** As {@link #open(Scope, Collection)}, for one bridge. */
  public static PortTable open(String instance, BridgeNetwork bridge, Collection<Live> live)
      throws IOException {
    return open(new Scope(instance, List.of(bridge), List.of()), live);
  }

  /**
   * Builds the bridges' part of the table anew, in one transaction: exactly the ports of those that
   * live are published afterwards. Connections that are open stay open.
   */
  public static PortTable open(Scope scope, Collection<Live> live) throws IOException {
    Ruleset ruleset =
        Ruleset.of(
            scope.instance(),
            scope.bridges().getFirst().name(),
            scope.bridges(),
            scope.guardedPorts());
    PortTable table = new PortTable(ruleset, Firewall.open());
    try {
      for (Live sandbox : live) {
        table.putBack(sandbox);
      }
      table.rebuild();
      // Only now: who connects in between is not to meet a listener that nobody serves.
      for (Map.Entry<String, Publication> entry : table.publications.entrySet()) {
        holdAgain(entry.getKey(), entry.getValue());
      }
      table.admit(scope.bridges());
      return table;
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /**
   * These are the bridges from now on; the first stays what it was. In one transaction; what is
   * published stays so.
   *
   * @throws IOException when the kernel refuses; the table is then as before
   */
  public synchronized void bridges(List<BridgeNetwork> bridges) throws IOException {
    Ruleset before = ruleset;
    List<BridgeNetwork> gone = new ArrayList<>(before.bridges());
    gone.removeAll(bridges);
    List<BridgeNetwork> fresh = new ArrayList<>(bridges);
    fresh.removeAll(before.bridges());
    ruleset = before.with(bridges);
    try {
      rebuild();
    } catch (IOException e) {
      ruleset = before;
      throw e;
    }
    admit(fresh);
    for (BridgeNetwork bridge : gone) {
      new DockerUserChain(bridge.name()).revoke();
    }
  }

  private void admit(List<BridgeNetwork> fresh) throws IOException {
    for (BridgeNetwork bridge : fresh) {
      bridge.allowLoopbackRouting();
      if (!bridge.internal()) {
        new DockerUserChain(bridge.name()).admit();
      }
    }
  }

  /**
   * Takes ports for a sandbox that will have this address, all or none. What it had before stays.
   *
   * @throws IOException when the kernel refuses; nothing is reserved then
   */
  public synchronized PublishResult reserve(
      String owner, Inet4Address address, List<PortRequest> requests) throws IOException {
    List<HeldPort> held = new ArrayList<>();
    boolean done = false;
    try {
      for (PortRequest request : requests) {
        // Two of our own reservations would not disturb each other.
        Optional<String> holder = holder(request);
        if (holder.isEmpty() && held.stream().anyMatch(port -> clash(port.port(), request))) {
          holder = Optional.of(owner);
        }
        if (holder.isPresent()) {
          return new PublishResult.PortTaken(request, "sandbox " + holder.get());
        }
        switch (HeldPort.reserve(request)) {
          case HeldPort.Result.Held(HeldPort port) -> held.add(port);
          case HeldPort.Result.Taken() -> {
            return new PublishResult.PortTaken(request, stranger(request));
          }
          case HeldPort.Result.NoSuchAddress() -> {
            return new PublishResult.AddressUnknown(request);
          }
        }
      }
      add(owner, address, held);
      done = true;
      return new PublishResult.Granted(held.stream().map(HeldPort::port).toList());
    } finally {
      if (!done) {
        closeAll(held);
      }
    }
  }

  /**
   * Publishes what a sandbox has reserved, in one transaction. To be called when the sandbox has
   * its interface. A repeated call changes nothing. When another process has begun to listen on one
   * of the ports since they were reserved, the owner has no port any more.
   *
   * @throws IOException when the kernel refuses; what is reserved stays reserved
   */
  public synchronized PublishResult publish(String owner) throws IOException {
    Publication publication = publications.get(owner);
    if (publication == null) {
      return new PublishResult.Granted(List.of());
    }
    insert(publication, port -> true);
    // Not before: a client that meets the listener gets an empty answer instead of a refusal.
    for (HeldPort held : publication.held) {
      if (!held.listen()) {
        PortRequest request = request(held.port());
        release(owner);
        return new PublishResult.PortTaken(request, stranger(request));
      }
    }
    return new PublishResult.Granted(publication.ports);
  }

  /** Takes back all ports of a sandbox. One without any is success. */
  public synchronized void release(String owner) throws IOException {
    Publication publication = publications.remove(owner);
    if (publication == null) {
      return;
    }
    try {
      if (!publication.targets.isEmpty()) {
        firewall.run(ruleset.remove(publication.targets));
      }
    } catch (FirewallException e) {
      // Somebody else took them away, or flushed everything.
      rebuild();
    } finally {
      closeAll(publication.held);
    }
  }

  /** All ports by owner, reserved or published. */
  public synchronized Map<String, List<PublishedPort>> published() {
    Map<String, List<PublishedPort>> published = new LinkedHashMap<>();
    publications.forEach(
        (owner, publication) -> published.put(owner, List.copyOf(publication.ports)));
    return published;
  }

  /** Removes the bridges' part of the table, and the table when nothing else is in it. */
  public synchronized void delete() throws IOException {
    firewall.run(ruleset.rebuild(List.of()));
    firewall.run(ruleset.delete());
    for (BridgeNetwork bridge : ruleset.bridges()) {
      new DockerUserChain(bridge.name()).revoke();
    }
    if (!firewall.list("list table ip " + ruleset.table()).contains("\"chain\"")) {
      firewall.run("delete table ip " + ruleset.table());
    }
    for (Publication publication : publications.values()) {
      closeAll(publication.held);
    }
    publications.clear();
  }

  /**
   * Lets go of the held ports; what is published stays published: sandboxes outlive the service.
   */
  @Override
  public synchronized void close() throws IOException {
    for (Publication publication : publications.values()) {
      closeAll(publication.held);
    }
    firewall.close();
  }

  private void putBack(Live sandbox) {
    Publication publication = Publication.of(sandbox.address());
    publication.ports.addAll(sandbox.ports());
    publication.targets.addAll(publication.missing(port -> true));
    publications.put(sandbox.owner(), publication);
  }

  private static void holdAgain(String owner, Publication publication) throws IOException {
    for (PublishedPort port : publication.ports) {
      if (!hold(publication, request(port))) {
        LOG.log(
            System.Logger.Level.WARNING,
            "port {0} of {1} was taken meanwhile by {2}; the sandbox keeps it",
            port,
            owner,
            stranger(request(port)));
      }
    }
  }

  private static boolean hold(Publication publication, PortRequest request) throws IOException {
    if (HeldPort.reserve(request) instanceof HeldPort.Result.Held(HeldPort port)) {
      publication.held.add(port);
      return port.listen();
    }
    return false;
  }

  private void add(String owner, Inet4Address address, List<HeldPort> held) throws IOException {
    Publication publication = publications.getOrDefault(owner, Publication.of(address));
    List<PublishedPort> ports = held.stream().map(HeldPort::port).toList();
    publication.ports.addAll(ports);
    try {
      insert(publication, port -> port.protocol() == Protocol.UDP);
    } catch (IOException e) {
      publication.ports.removeAll(ports);
      throw e;
    }
    publication.held.addAll(held);
    publications.put(owner, publication);
  }

  private void insert(Publication publication, Predicate<PublishedPort> which) throws IOException {
    List<Ruleset.Target> targets = publication.missing(which);
    if (targets.isEmpty()) {
      return;
    }
    try {
      firewall.run(ruleset.add(targets));
    } catch (FirewallException e) {
      // Somebody flushed everything: ours is to be there again.
      LOG.log(System.Logger.Level.WARNING, "the firewall is built anew: {0}", e.getMessage());
      rebuild();
      firewall.run(ruleset.add(targets));
    }
    publication.targets.addAll(targets);
    FormerFlows.forget(targets);
  }

  private void rebuild() throws FirewallException {
    firewall.run(
        ruleset.rebuild(
            publications.values().stream()
                .flatMap(publication -> publication.targets.stream())
                .toList()));
  }

  /** Which of our own has the port. */
  private Optional<String> holder(PortRequest request) {
    return publications.entrySet().stream()
        .filter(entry -> entry.getValue().ports.stream().anyMatch(port -> clash(port, request)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String stranger(PortRequest request) {
    return PortHolder.of(request.hostPort(), request.protocol())
        .orElse("another process of this host");
  }

  private static PortRequest request(PublishedPort port) {
    return new PortRequest(
        port.hostAddress(), port.hostPort(), port.containerPort(), port.protocol());
  }

  private static boolean clash(PublishedPort port, PortRequest request) {
    return port.hostPort() == request.hostPort()
        && port.protocol() == request.protocol()
        && (port.hostAddress().equals(request.hostAddress())
            || port.hostAddress().isAnyLocalAddress()
            || request.hostAddress().isAnyLocalAddress());
  }

  private static void closeAll(List<HeldPort> held) throws IOException {
    for (HeldPort port : held) {
      port.close();
    }
  }
}
