package dev.gantry.isolation.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * How a sandbox is attached to a bridge. Made by {@link BridgeNetwork#attachment}.
 *
 * @param bridge the bridge's link
 * @param hostInterface the name of the veth's end on the host
 * @param address the sandbox's address
 * @param prefix the length of its subnet's prefix
 * @param gateway the bridge's address
 * @param mac the link address of the veth's end in the sandbox
 * @param dns name servers for resolv.conf; may be empty
 * @param hosts further lines of the hosts file: name to address
 */
public record NetworkAttachment(
    String bridge,
    String hostInterface,
    Inet4Address address,
    int prefix,
    Inet4Address gateway,
    MacAddress mac,
    List<InetAddress> dns,
    Map<String, InetAddress> hosts) {
  /** Copies the collections. */
  public NetworkAttachment {
    dns = List.copyOf(dns);
    hosts = Map.copyOf(hosts);
  }
}
