package dev.gantry.isolation.network;

import java.net.Inet4Address;

/**
 * What a bridge shall be.
 *
 * @param link the link's name, at most 15 characters
 * @param subnet of its sandboxes
 * @param gateway the bridge's own address in it
 * @param internal whether its sandboxes reach one another only, and nobody else reaches them
 */
public record BridgeSpec(String link, Subnet subnet, Inet4Address gateway, boolean internal) {
  /** Refuses a name that the kernel or the firewall would refuse, and a gateway from elsewhere. */
  public BridgeSpec {
    InterfaceName.checked(link);
    if (!subnet.isHost(gateway)) {
      throw new IllegalArgumentException(
          "gateway " + gateway.getHostAddress() + " is no address for a host in " + subnet);
    }
  }

  /** The name of the link of an instance's network: the same whenever it is asked for. */
  public static String link(String instance, String network) {
    return InterfaceName.ofBridge(instance, network);
  }

  /** A bridge with the first address of its subnet, and a way out. */
  public static BridgeSpec of(String link, Subnet subnet) {
    return new BridgeSpec(link, subnet, subnet.gateway(), false);
  }
}
