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
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sandboxes in which steps run, on a bridge of their own. They outlive this process; what an
 * earlier one left is removed at start. Thread-safe.
 */
public final class Sandboxes implements AutoCloseable {
  private final Settings settings;
  private final SandboxHost host;
  private final Path directory;
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
      PortTable firewall) {
    this.settings = settings;
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

  /** What runs in a sandbox. */
  record Request(
      String id, SandboxSpec.Root root, SandboxSpec.Process process, CgroupLimits limits) {}

  /**
   * Starts a process; {@link #remove} must follow, also when this throws.
   *
   * @throws IOException when it cannot be started
   */
  Sandbox start(Request request) throws IOException {
    Inet4Address address =
        addresses
            .allocate(request.id())
            .orElseThrow(() -> new IOException("no address is free in " + settings.subnet()));
    SandboxSpec spec =
        new SandboxSpec(
            request.id(),
            directory(request.id()),
            request.root(),
            request.process(),
            request.limits(),
            new SandboxSpec.Network.Bridged(
                List.of(bridge.attachment(settings.host().instance(), request.id(), address)),
                Resolution.ofHost()),
            LogPolicy.DEFAULT);
    return host.launch(spec);
  }

  /** Removes a sandbox, wherever its start or its life ended. */
  void remove(String id) throws IOException {
    try {
      host.discard(id, directory(id));
    } finally {
      addresses.release(id);
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
    firewall.delete();
    firewall.close();
    addresses.close();
    bridge.delete();
    host.close();
    CgroupHierarchy.detect(settings.host().cgroupParent()).removeParent();
  }
}
