package dev.gantry.run.network;

import dev.gantry.isolation.network.AddressPool;
import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.BridgeSpec;
import dev.gantry.isolation.network.NetworkAttachment;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A network that is on this host: its bridge, and who has which address.
 *
 * @param network its definition
 */
record VirtualNetwork(Network network, BridgeNetwork bridge, AddressPool addresses)
    implements AutoCloseable {
  /** Makes the bridge where it is missing. */
  static VirtualNetwork open(Network network, String link, Path addresses) throws IOException {
    BridgeNetwork bridge =
        BridgeNetwork.ensure(
            new BridgeSpec(link, network.range(), network.bridgeAddress(), network.internal()));
    return new VirtualNetwork(
        network, bridge, AddressPool.open(addresses, network.range(), network.bridgeAddress()));
  }

  String name() {
    return network.name();
  }

  Optional<Inet4Address> addressOf(String run) {
    return addresses.address(run);
  }

  NetworkAttachment attachment(String instance, String run, Inet4Address address) {
    return bridge.attachment(instance, run, address);
  }

  /** Who is here: run to address. */
  Map<String, Inet4Address> members() {
    return addresses.owners();
  }

  /** Lets go of it; it stays as it is. */
  @Override
  public void close() throws IOException {
    addresses.close();
  }
}
