package dev.gantry.isolation.network;

import java.net.Inet4Address;

/**
 * How a sandbox is attached to a bridge. Made by {@link BridgeNetwork#attachment}.
 *
 * @param bridge the bridge's link
 * @param hostInterface the name of the veth's end on the host
 * @param address the sandbox's address
 * @param prefix the length of its subnet's prefix
 * @param gateway the bridge's address
 * @param mac the link address of the veth's end in the sandbox
 * @param internal whether nothing but the subnet is reached this way: no default route leads here
 */
public record NetworkAttachment(
    String bridge,
    String hostInterface,
    Inet4Address address,
    int prefix,
    Inet4Address gateway,
    MacAddress mac,
    boolean internal) {}
