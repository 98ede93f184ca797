package dev.gantry.run.network;

import dev.gantry.isolation.names.NameServer;
import dev.gantry.isolation.names.Zone;
import dev.gantry.isolation.network.NameFiles;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which names the runs have in their networks, as the name server is told. Thread-safe. Every run
 * asks the bridge of its first network, which knows the names of its others, too.
 */
final class NameBook implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NameBook.class);
  private static final Inet4Address ANYBODY = Inet4Address.ofLiteral("0.0.0.0");

  private final NameServer server;
  private final Function<String, Optional<VirtualNetwork>> networks;
  private final Map<String, Member> members = new LinkedHashMap<>();

  NameBook(NameServer server, Function<String, Optional<VirtualNetwork>> networks) {
    this.server = server;
    this.networks = networks;
  }

  /** Begins with these, and answers on these networks only. */
  synchronized void open(Collection<VirtualNetwork> all, Collection<Member> live)
      throws IOException {
    live.forEach(member -> members.put(member.run(), member));
    server.retain(all.stream().map(network -> network.bridge().name()).collect(Collectors.toSet()));
    for (VirtualNetwork network : all) {
      publish(network);
    }
  }

  /** The run's names are answered when this returns, or a moment later. */
  synchronized void add(Member member) throws IOException {
    if (!member.equals(members.put(member.run(), member))) {
      publish(member.addresses().keySet());
    }
  }

  synchronized void remove(String run) throws IOException {
    Member member = members.remove(run);
    if (member != null) {
      publish(member.addresses().keySet());
    }
  }

  synchronized Optional<Member> find(String run) {
    return Optional.ofNullable(members.get(run));
  }

  /** Answers on a network that is new. */
  synchronized void publish(VirtualNetwork network) throws IOException {
    server.publish(zone(network));
  }

  /** Answers on these networks only. */
  synchronized void retain(Collection<VirtualNetwork> all) throws IOException {
    server.retain(all.stream().map(network -> network.bridge().name()).collect(Collectors.toSet()));
  }

  private void publish(Set<String> names) throws IOException {
    for (String name : names) {
      Optional<VirtualNetwork> network = networks.apply(name);
      if (network.isPresent()) {
        publish(network.get());
      }
    }
  }

  private Zone zone(VirtualNetwork network) {
    List<Zone.Name> names = new ArrayList<>();
    List<Zone.Upstream> upstreams = new ArrayList<>();
    List<Zone.Guest> guests = new ArrayList<>();
    List<Inet4Address> resolvers = resolvers();
    for (Member member : members.values()) {
      Inet4Address address = member.addresses().get(network.name());
      if (address != null) {
        member.names(network.name()).forEach(name -> names.add(new Zone.Name(name, address)));
        ask(member, resolvers).forEach(to -> upstreams.add(new Zone.Upstream(to, address)));
        guests.addAll(guests(member, network, address));
      }
    }
    if (!network.network().internal()) {
      resolvers.forEach(server -> upstreams.add(new Zone.Upstream(server, ANYBODY)));
    }
    return new Zone(
        network.bridge().name(),
        network.bridge().gateway(),
        network.bridge().subnet().prefix(),
        network.name(),
        names,
        upstreams,
        guests);
  }

  /** Whom a run asks that does not ask as the others of its network: nobody, without a way out. */
  private List<Inet4Address> ask(Member member, List<Inet4Address> resolvers) {
    List<VirtualNetwork> its =
        member.addresses().keySet().stream().map(networks).flatMap(Optional::stream).toList();
    if (its.stream().allMatch(network -> network.network().internal())) {
      return List.of();
    }
    if (!member.servers().isEmpty()) {
      return member.servers();
    }
    return its.getFirst().network().internal() ? resolvers : List.of();
  }

  private List<Zone.Guest> guests(Member member, VirtualNetwork here, Inet4Address address) {
    return member.addresses().keySet().stream()
        .filter(name -> !name.equals(here.name()))
        .map(networks)
        .flatMap(Optional::stream)
        .map(other -> new Zone.Guest(address, other.bridge().name()))
        .toList();
  }

  private static List<Inet4Address> resolvers() {
    try {
      return NameFiles.resolversOfHost();
    } catch (IOException e) {
      LOG.warnf("the host's name servers are not known: %s", e.getMessage());
      return List.of();
    }
  }

  /** Ends the name server. */
  synchronized void delete() throws IOException {
    server.delete();
  }

  @Override
  public void close() {
    server.close();
  }
}
