package dev.gantry.run.network;

import dev.gantry.isolation.names.NameServer;
import dev.gantry.isolation.names.Zone;
import dev.gantry.isolation.network.NameFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which names the runs have in their networks, as the name server is told. Thread-safe. Every run
 * asks the bridge of its first network, which knows the names of its others, too.
 *
 * <p>What changes is written by a thread of its own: a start has other things to do meanwhile, and
 * many changes are one zone.
 */
final class NameBook implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NameBook.class);
  private static final Inet4Address ANYBODY = Inet4Address.ofLiteral("0.0.0.0");

  private final NameServer server;
  private final Function<String, Optional<VirtualNetwork>> networks;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("names-", 0).factory());

  /** The networks whose zones are not as they should be. */
  private final Set<String> stale = new TreeSet<>();

  private CompletableFuture<?> written = CompletableFuture.completedFuture(null);

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
      server.publish(zone(network));
    }
  }

  /** The run's names are answered when {@link #settle} returns, or a moment later. */
  synchronized void add(Member member) {
    if (!member.equals(members.put(member.run(), member))) {
      write(member.addresses().keySet());
    }
  }

  /** The run's names are not answered any more a moment later. */
  synchronized void remove(String run) {
    Member member = members.remove(run);
    if (member != null) {
      write(member.addresses().keySet());
    }
  }

  /**
   * Waits until the name server has been told all that has changed.
   *
   * @throws IOException when it cannot be told; the next change tells all
   */
  void settle() throws IOException {
    CompletableFuture<?> last;
    synchronized (this) {
      last = written;
    }
    try {
      last.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UncheckedIOException io
          ? io.getCause()
          : new IOException(e.getCause());
    }
  }

  synchronized Optional<Member> find(String run) {
    return Optional.ofNullable(members.get(run));
  }

  /** Answers on a network that is new. */
  void publish(VirtualNetwork network) throws IOException {
    synchronized (this) {
      write(Set.of(network.name()));
    }
    settle();
  }

  /** Answers on these networks only. */
  void retain(Collection<VirtualNetwork> all) throws IOException {
    Set<String> bridges =
        all.stream().map(network -> network.bridge().name()).collect(Collectors.toSet());
    synchronized (this) {
      written =
          CompletableFuture.runAsync(
              () -> {
                try {
                  server.retain(bridges);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              writer);
    }
    settle();
  }

  private void write(Set<String> names) {
    stale.addAll(names);
    written = CompletableFuture.runAsync(this::writeStale, writer);
  }

  /** Only on the writer's thread: the last to be written is the last to have been so. */
  private void writeStale() {
    Set<String> names;
    List<Zone> zones;
    synchronized (this) {
      names = Set.copyOf(stale);
      stale.clear();
      zones = names.stream().map(networks).flatMap(Optional::stream).map(this::zone).toList();
    }
    try {
      for (Zone zone : zones) {
        server.publish(zone);
      }
    } catch (IOException e) {
      synchronized (this) {
        stale.addAll(names);
      }
      throw new UncheckedIOException(e);
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
  void delete() throws IOException {
    end();
    server.delete();
  }

  @Override
  public void close() {
    end();
    server.close();
  }

  /** What is to be written is written first. */
  private void end() {
    writer.close();
  }
}
