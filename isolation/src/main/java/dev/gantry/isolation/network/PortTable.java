package dev.gantry.isolation.network;

import dev.gantry.linux.network.Firewall;
import dev.gantry.linux.network.FirewallException;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The firewall of one bridge and its published ports: chains and maps of its own, named after the
 * bridge, in the nftables table {@code gantry_<instance>} (family ip). Tables of others are never
 * touched. Thread-safe.
 *
 * <p>Sandboxes reach the outside with the host's address (masquerade); from outside they are
 * reached through published ports only; sandboxes of one bridge see each other, those of another
 * bridge do not see them. A published port works from the host, through 127.0.0.1 too, from outside
 * where the address is the host's own, and from sandboxes, also the one that publishes it. This
 * process holds a published port by listening on it, so that no other process of the host takes it
 * meanwhile.
 *
 * <p>Where Docker runs on the same host, it has packets dropped that are not its own, and a chain
 * in which others say which are theirs: ours are then allowed there, when the table is built.
 */
public final class PortTable implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PortTable.class.getName());

  private final Ruleset ruleset;
  private final Firewall firewall;
  private final DockerUserChain docker;
  private final Map<String, Publication> publications = new LinkedHashMap<>();

  private PortTable(Ruleset ruleset, Firewall firewall) {
    this.ruleset = ruleset;
    this.firewall = firewall;
    this.docker = new DockerUserChain(ruleset.bridge());
  }

  /** A sandbox that lives: its address and ports are put back when the table is built. */
  public record Live(String owner, Inet4Address address, List<PublishedPort> ports) {
    /** Copies the list. */
    public Live {
      ports = List.copyOf(ports);
    }
  }

  /** What one owner has published, and the ports of the host that are held for it. */
  private record Publication(
      List<PublishedPort> ports, List<Ruleset.Target> targets, List<HeldPort> held) {
    static Publication none() {
      return new Publication(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(Inet4Address address, PublishedPort port) {
      ports.add(port);
      targets.add(Ruleset.Target.of(address.getHostAddress(), port));
    }
  }

  /**
   * Builds the bridge's part of the table anew, in one transaction: exactly the ports of those that
   * live are published afterwards. Connections that are open stay open.
   */
  public static PortTable open(String instance, BridgeNetwork network, Collection<Live> live)
      throws IOException {
    PortTable table = new PortTable(Ruleset.of(instance, network), Firewall.open());
    try {
      for (Live sandbox : live) {
        table.putBack(sandbox);
      }
      table.rebuild();
      network.allowLoopbackRouting();
      table.docker.admit();
      return table;
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /**
   * Publishes ports of a sandbox, all in one transaction, or none. What it had published before
   * stays.
   *
   * @throws IOException when the kernel refuses; nothing is published then
   */
  public synchronized PublishResult publish(
      String owner, Inet4Address address, List<PortRequest> requests) throws IOException {
    List<HeldPort> held = new ArrayList<>();
    boolean done = false;
    try {
      for (PortRequest request : requests) {
        switch (HeldPort.hold(request)) {
          case HeldPort.Result.Held(HeldPort port) -> held.add(port);
          case HeldPort.Result.Taken() -> {
            return new PublishResult.PortTaken(request, holder(request));
          }
          case HeldPort.Result.NoSuchAddress() -> {
            return new PublishResult.AddressUnknown(request);
          }
        }
      }
      List<PublishedPort> ports = held.stream().map(HeldPort::port).toList();
      insert(address, ports);
      Publication publication = publications.computeIfAbsent(owner, ignored -> Publication.none());
      ports.forEach(port -> publication.add(address, port));
      publication.held.addAll(held);
      done = true;
      for (HeldPort port : held) {
        port.refuseEarlyComers();
      }
      return new PublishResult.Published(ports);
    } finally {
      if (!done) {
        closeAll(held);
      }
    }
  }

  /** Takes back all ports of a sandbox. One without any is success. */
  public synchronized void release(String owner) throws IOException {
    Publication publication = publications.remove(owner);
    if (publication == null || publication.targets.isEmpty()) {
      return;
    }
    try {
      firewall.run(ruleset.remove(publication.targets));
    } catch (FirewallException e) {
      // Somebody else took them away, or flushed everything.
      rebuild();
    } finally {
      closeAll(publication.held);
    }
  }

  /** All published ports by owner. */
  public synchronized Map<String, List<PublishedPort>> published() {
    Map<String, List<PublishedPort>> published = new LinkedHashMap<>();
    publications.forEach(
        (owner, publication) -> published.put(owner, List.copyOf(publication.ports)));
    return published;
  }

  /** Removes the bridge's part of the table, and the table when nothing else is in it. */
  public synchronized void delete() throws IOException {
    firewall.run(ruleset.rebuild(List.of()));
    firewall.run(ruleset.delete());
    docker.revoke();
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

  private void putBack(Live sandbox) throws IOException {
    Publication publication = Publication.none();
    for (PublishedPort port : sandbox.ports()) {
      publication.add(sandbox.address(), port);
      PortRequest request =
          new PortRequest(
              port.hostAddress(), port.hostPort(), port.containerPort(), port.protocol());
      if (HeldPort.hold(request) instanceof HeldPort.Result.Held(HeldPort held)) {
        publication.held.add(held);
      } else {
        LOG.log(
            System.Logger.Level.WARNING,
            "port {0} of {1} was taken meanwhile by {2}; the sandbox keeps it",
            port,
            sandbox.owner(),
            holder(request));
      }
    }
    publications.put(sandbox.owner(), publication);
  }

  private void insert(Inet4Address address, List<PublishedPort> ports) throws IOException {
    List<Ruleset.Target> targets =
        ports.stream().map(port -> Ruleset.Target.of(address.getHostAddress(), port)).toList();
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
  }

  private void rebuild() throws FirewallException {
    firewall.run(
        ruleset.rebuild(
            publications.values().stream()
                .flatMap(publication -> publication.targets.stream())
                .toList()));
  }

  private String holder(PortRequest request) {
    Optional<String> ours =
        publications.entrySet().stream()
            .filter(entry -> entry.getValue().ports.stream().anyMatch(port -> clash(port, request)))
            .map(entry -> "sandbox " + entry.getKey())
            .findFirst();
    return ours.or(() -> PortHolder.of(request.hostPort(), request.protocol()))
        .orElse("another process of this host");
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
