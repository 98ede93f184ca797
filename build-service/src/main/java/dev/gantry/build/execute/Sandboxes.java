package dev.gantry.build.execute;

import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.network.AddressPool;
import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.PortTable;
import dev.gantry.isolation.network.Resolution;
import dev.gantry.isolation.network.Subnet;
import dev.gantry.isolation.sandbox.HostConfig;
import dev.gantry.isolation.sandbox.LogPolicy;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.isolation.sandbox.SandboxHost;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The sandboxes in which steps run, on a bridge of their own. They outlive this process; what an
 * earlier one left is removed at start. Thread-safe.
 */
public final class Sandboxes implements AutoCloseable {
  private final Settings settings;
  private final SandboxHost host;
  private final Path directory;
  private final Path memory;
  private final BridgeNetwork bridge;
  private final AddressPool addresses;
  private final PortTable firewall;

  /** How they are made. */
  public record Settings(HostConfig host, String bridge, Subnet subnet) {}

  private Sandboxes(
      Settings settings,
      SandboxHost host,
      BridgeNetwork bridge,
      AddressPool addresses,
      PortTable firewall)
      throws IOException {
    this.settings = settings;
    this.memory = memory(settings.host());
    this.host = host;
    this.directory = settings.host().stateDir().resolve("sandboxes");
    this.bridge = bridge;
    this.addresses = addresses;
    this.firewall = firewall;
  }

  /**
   * Makes this host ready and removes every sandbox that an earlier process left.
   *
   * @throws IOException when another process has the state directory, or the kernel refuses
   */
  public static Sandboxes open(Settings settings) throws IOException {
    SandboxHost host = SandboxHost.open(settings.host());
    try {
      BridgeNetwork bridge = BridgeNetwork.ensure(settings.bridge(), settings.subnet());
      AddressPool addresses =
          AddressPool.open(settings.host().stateDir().resolve("addresses"), settings.subnet());
      PortTable firewall = PortTable.open(settings.host().instance(), bridge, List.of());
      Sandboxes sandboxes = new Sandboxes(settings, host, bridge, addresses, firewall);
      sandboxes.recover();
      return sandboxes;
    } catch (IOException e) {
      host.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    forget(memory);
    Files.createDirectories(directory);
    try (Stream<Path> left = Files.list(directory)) {
      for (Path sandbox : left.toList()) {
        host.discard(sandbox.getFileName().toString(), sandbox);
      }
    }
    for (String owner : addresses.owners().keySet()) {
      addresses.release(owner);
    }
  }

  private static void forget(Path doomed) throws IOException {
    if (Files.exists(doomed)) {
      try (DirFd parent = DirFd.open(Objects.requireNonNull(doomed.getParent()))) {
        parent.deleteTree(doomed.getFileName().toString());
      }
    }
  }

  /** Where files are in memory; the state directory where this host has no such place. */
  private static Path memory(HostConfig config) throws IOException {
    Path shared = Path.of("/dev/shm");
    boolean there = Files.isDirectory(shared) && Files.getFileStore(shared).type().equals("tmpfs");
    return there
        ? shared.resolve("gantry-build-" + config.instance())
        : config.stateDir().resolve("memory");
  }

  /**
   * What runs in a sandbox.
   *
   * @param hosts names that it knows, beside those of every sandbox
   */
  record Request(
      String id,
      SandboxSpec.Root root,
      SandboxSpec.Process process,
      CgroupLimits limits,
      Attachment attachment,
      Map<String, InetAddress> hosts) {}

  /** Which network it has. */
  enum Attachment {
    /** The bridge of the builds. */
    BRIDGE,
    /** None but loopback. */
    NONE,
    /** That of the host. */
    HOST
  }

  /**
   * Starts a process; {@link #remove} must follow, also when this throws.
   *
   * @throws IOException when it cannot be started
   */
  Sandbox start(Request request) throws IOException {
    SandboxSpec spec =
        new SandboxSpec(
            request.id(),
            directory(request.id()),
            request.root(),
            request.process(),
            request.limits(),
            network(request),
            LogPolicy.DEFAULT);
    return host.launch(spec);
  }

  private SandboxSpec.Network network(Request request) throws IOException {
    return switch (request.attachment()) {
      case NONE -> new SandboxSpec.Network.None();
      case HOST -> new SandboxSpec.Network.Host(resolution(Resolution.NONE, request));
      case BRIDGE -> {
        Inet4Address address =
            addresses
                .allocate(request.id())
                .orElseThrow(() -> new IOException("no address is free in " + settings.subnet()));
        yield new SandboxSpec.Network.Bridged(
            List.of(bridge.attachment(settings.host().instance(), request.id(), address)),
            resolution(Resolution.ofHost(), request));
      }
    };
  }

  private static Resolution resolution(Resolution general, Request request) {
    return general.withHosts(request.hosts());
  }

  /** A directory in memory for what must not lie on a disk; {@link #remove} takes it away. */
  Path memory(String id) throws IOException {
    Path made = memory.resolve(id);
    Files.createDirectories(
        made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return made;
  }

  /** Removes a sandbox, wherever its start or its life ended. */
  void remove(String id) throws IOException {
    try {
      host.discard(id, directory(id));
    } finally {
      addresses.release(id);
      forget(memory.resolve(id));
    }
  }

  /** Where the sandbox of that id has its state. */
  Path directory(String id) {
    return directory.resolve(id);
  }

  /** Whether owners on disk are those of an image. */
  boolean idsAreImages() {
    return host.idmappedLayers();
  }

  /**
   * Stops watching, and takes the bridge, its rules and an empty parent group away: no step runs
   * without this process.
   */
  @Override
  public void close() throws IOException {
    forget(memory);
    firewall.delete();
    firewall.close();
    addresses.close();
    bridge.delete();
    host.close();
    CgroupHierarchy.detect(settings.host().cgroupParent()).removeParent();
  }
}
