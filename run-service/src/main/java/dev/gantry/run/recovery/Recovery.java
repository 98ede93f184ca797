package dev.gantry.run.recovery;

import dev.gantry.events.Parsed;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.network.Protocol;
import dev.gantry.isolation.network.PublishedPort;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.Restored;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.network.RunNetwork;
import io.micrometer.core.instrument.Metrics;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the journal says with what is on the host. What nobody owns goes, and the log says
 * what it was.
 */
public final class Recovery {
  private static final Logger LOG = Logger.getLogger(Recovery.class);

  private Recovery() {}

  /** Who has an address and ports, as far as the journal knows: a sandbox may live there. */
  public static List<RunNetwork.Live> live(Collection<Restored> runs) {
    return runs.stream().map(Recovery::live).flatMap(Optional::stream).toList();
  }

  /**
   * Removes what belongs to no run: addresses, ports, directories, control groups, ids. Says in the
   * log what it was, and counts it.
   *
   * @param attached the runs that may have an address
   * @param known the runs that may have a directory; both are asked for when it is known what is on
   *     the host, and runs are known before they have anything there
   */
  public static void sweep(
      Machine machine, Supplier<Set<String>> attached, Supplier<Set<String>> known)
      throws IOException {
    Set<String> strangers = machine.network().retain(attached);
    strangers.forEach(owner -> leaked("address", "address and ports of " + owner));
    Set<String> unknown = new TreeSet<>(directories(machine.directory()));
    unknown.removeAll(known.get());
    unknown.removeIf(id -> !Files.exists(machine.directory(id))); // just removed
    for (String id : unknown) {
      leaked("sandbox", "sandbox " + id);
      machine.sandboxes().discard(id, machine.directory(id));
    }
    Set<String> owners =
        machine.sandboxes().sweep(() -> known.get().stream().map(machine::directory).toList());
    owners.forEach(owner -> leaked("holding", "control group and ids of " + owner));
  }

  private static void leaked(String kind, String what) {
    LOG.warnf("%s: nobody's, taken back", what);
    Metrics.counter("gantry.leaks", "kind", kind).increment();
  }

  /** Who may be attached to the network. */
  public static Set<String> attached(Collection<RunView> runs) {
    return ids(runs, view -> attached(view.state()));
  }

  /** Who may have something on the host. */
  public static Set<String> present(Collection<RunView> runs) {
    return ids(runs, view -> !view.state().isFinal());
  }

  private static Set<String> ids(
      Collection<RunView> runs, java.util.function.Predicate<RunView> which) {
    return runs.stream()
        .filter(which)
        .map(view -> view.id().value())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean attached(RunLifecycle state) {
    return switch (state) {
      case RunLifecycle.Placed _,
          RunLifecycle.Pulling _,
          RunLifecycle.Created _,
          RunLifecycle.Running _,
          RunLifecycle.Restarting _ ->
          true;
      case RunLifecycle.Requested _,
          RunLifecycle.Accepted _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Rejected _,
          RunLifecycle.Lost _,
          RunLifecycle.Removed _ ->
          false;
    };
  }

  private static Optional<RunNetwork.Live> live(Restored run) {
    return run.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        ? live(run.view(), spec)
        : Optional.empty();
  }

  private static Optional<RunNetwork.Live> live(RunView run, RunSpec spec) {
    return switch (run.state()) {
      case RunLifecycle.Created(var _, String address, var ports) ->
          live(run.id().value(), spec, address, ports);
      case RunLifecycle.Running running ->
          live(run.id().value(), spec, running.address(), running.ports());
      case RunLifecycle.Restarting(var _, String address, var ports) ->
          live(run.id().value(), spec, address, ports);
      case RunLifecycle.Requested _,
          RunLifecycle.Accepted _,
          RunLifecycle.Placed _,
          RunLifecycle.Pulling _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Rejected _,
          RunLifecycle.Lost _,
          RunLifecycle.Removed _ ->
          Optional.empty();
    };
  }

  private static Optional<RunNetwork.Live> live(
      String run, RunSpec spec, @Nullable String address, List<RunEvent.Port> ports) {
    return Optional.ofNullable(address)
        .map(Inet4Address::ofLiteral)
        .map(
            own ->
                new RunNetwork.Live(run, spec, own, ports.stream().map(Recovery::port).toList()));
  }

  private static PublishedPort port(RunEvent.Port port) {
    return new PublishedPort(
        Inet4Address.ofLiteral(port.hostIp()),
        port.hostPort(),
        port.containerPort(),
        Protocol.valueOf(port.protocol().name()));
  }

  private static List<String> directories(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
