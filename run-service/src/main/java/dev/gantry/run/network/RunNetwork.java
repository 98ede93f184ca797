package dev.gantry.run.network;

import dev.gantry.events.PortMapping;
import dev.gantry.isolation.network.AddressPool;
import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.PortRequest;
import dev.gantry.isolation.network.PortTable;
import dev.gantry.isolation.network.Protocol;
import dev.gantry.isolation.network.PublishResult;
import dev.gantry.isolation.network.PublishedPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The bridge of this host's runs, their addresses and published ports. Thread-safe. Runs keep what
 * they have when the service ends.
 */
public final class RunNetwork implements AutoCloseable {
  private final NetworkSettings settings;
  private final BridgeNetwork bridge;
  private final AddressPool addresses;
  private final PortTable ports;

  private RunNetwork(
      NetworkSettings settings, BridgeNetwork bridge, AddressPool addresses, PortTable ports) {
    this.settings = settings;
    this.bridge = bridge;
    this.addresses = addresses;
    this.ports = ports;
  }

  /**
   * Makes the bridge where it is missing, and the firewall say what those who live need: whoever
   * else had an address or a port has it no more.
   */
  public static RunNetwork open(NetworkSettings settings, Collection<PortTable.Live> live)
      throws IOException {
    BridgeNetwork bridge = BridgeNetwork.ensure(settings.bridge(), settings.subnet());
    AddressPool addresses = AddressPool.open(settings.addresses(), settings.subnet());
    try {
      PortTable ports = PortTable.open(settings.instance(), bridge, live);
      return new RunNetwork(settings, bridge, addresses, ports);
    } catch (IOException e) {
      addresses.close();
      throw e;
    }
  }

  /**
   * Gives a run an address and reserves its ports, all or nothing. A run that has them keeps them.
   * Until they are {@link #publish published}, who connects is refused.
   *
   * @throws IOException when the kernel refuses; the run then holds nothing
   */
  public Attachment attach(String run, List<PortMapping> wanted) throws IOException {
    Optional<Inet4Address> address = addresses.allocate(run);
    if (address.isEmpty()) {
      return new Attachment.Refused.SubnetFull(
          "all %d addresses of %s are in use"
              .formatted(settings.subnet().capacity(), settings.subnet()));
    }
    boolean attached = false;
    try {
      Attachment attachment = reserve(run, address.get(), wanted);
      attached = attachment instanceof Attachment.Attached;
      return attachment;
    } finally {
      if (!attached) {
        addresses.release(run);
      }
    }
  }

  /**
   * Lets the run be reached through its ports. To be called when its sandbox has its interface; a
   * repeated call changes nothing.
   *
   * @return why not, when another process of the host has taken a port in the meantime: the run has
   *     no port then
   * @throws IOException when the kernel refuses
   */
  public Optional<String> publish(String run) throws IOException {
    if (!ports.published().getOrDefault(run, List.of()).isEmpty()) {
      BridgeNetwork.awaitForwarding(
          bridge.attachment(settings.instance(), run, addresses.owners().get(run)));
    }
    return switch (ports.publish(run)) {
      case PublishResult.Granted _ -> Optional.empty();
      case PublishResult.PortTaken taken -> Optional.of(text(taken));
      case PublishResult.AddressUnknown unknown -> Optional.of(text(unknown));
    };
  }

  /** Takes back the run's ports and address. One that has none is success. */
  public void detach(String run) throws IOException {
    ports.release(run);
    addresses.release(run);
  }

  /** Takes back everything from owners that are not among these; returns whom it was taken from. */
  public Set<String> retain(Set<String> owners) throws IOException {
    Set<String> strangers = new TreeSet<>(addresses.owners().keySet());
    strangers.addAll(ports.published().keySet());
    strangers.removeAll(owners);
    for (String stranger : strangers) {
      detach(stranger);
    }
    return strangers;
  }

  /** Removes the bridge and its firewall. Only when no run is attached. */
  public void delete() throws IOException {
    ports.delete();
    bridge.delete();
  }

  @Override
  public void close() throws IOException {
    ports.close();
    addresses.close();
  }

  private Attachment reserve(String run, Inet4Address address, List<PortMapping> wanted)
      throws IOException {
    List<PublishedPort> held = ports.published().getOrDefault(run, List.of());
    if (wanted.isEmpty() || !held.isEmpty()) {
      return attached(run, address, held);
    }
    List<PortRequest> requests = new ArrayList<>();
    for (PortMapping mapping : wanted) {
      mapping.each().forEach(port -> requests.add(request(port)));
    }
    return switch (ports.reserve(run, address, requests)) {
      case PublishResult.Granted(List<PublishedPort> reserved) -> attached(run, address, reserved);
      case PublishResult.PortTaken taken ->
          new Attachment.Refused.PortTaken(
              field(wanted, requests.indexOf(taken.request())), text(taken));
      case PublishResult.AddressUnknown unknown ->
          new Attachment.Refused.AddressUnknown(
              field(wanted, requests.indexOf(unknown.request())), text(unknown));
    };
  }

  private Attachment attached(String run, Inet4Address address, List<PublishedPort> reserved)
      throws IOException {
    return new Attachment.Attached(bridge.attachment(settings.instance(), run, address), reserved);
  }

  private PortRequest request(PortMapping mapping) {
    String ip = mapping.hostIp();
    return new PortRequest(
        ip == null ? settings.publishAddress() : Inet4Address.ofLiteral(ip),
        mapping.hostPort(),
        mapping.containerPort(),
        switch (mapping.protocol()) {
          case TCP -> Protocol.TCP;
          case UDP -> Protocol.UDP;
        });
  }

  private static String field(List<PortMapping> wanted, int port) {
    int ports = 0;
    int mapping = 0;
    while (ports + wanted.get(mapping).count() <= port) {
      ports += wanted.get(mapping).count();
      mapping++;
    }
    return "publish[" + mapping + "]";
  }

  private static String text(PublishResult.PortTaken taken) {
    return "%s is taken by %s".formatted(text(taken.request()), taken.holder());
  }

  private static String text(PublishResult.AddressUnknown unknown) {
    return "this host has no address " + unknown.request().hostAddress().getHostAddress();
  }

  private static String text(PortRequest request) {
    return "%s:%d/%s"
        .formatted(
            request.hostAddress().getHostAddress(), request.hostPort(), request.protocol().text());
  }
}
