package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.Inet4Address;

/** A bridge on this host, with the first address of its subnet. */
public final class BridgeNetwork {
  private final String name;
  private final Subnet subnet;

  private BridgeNetwork(String name, Subnet subnet) {
    this.name = name;
    this.subnet = subnet;
  }

  /**
   * Makes the bridge, or makes an existing one fit: address, up, accepting packets for published
   * loopback ports. Repeating it changes nothing.
   *
   * @param name the link's name, at most 15 characters
   * @throws NetworkConflictException when the name belongs to a link that is no bridge, or another
   *     link or route of this host has addresses of the subnet
   * @throws IOException when the kernel refuses
   */
  public static BridgeNetwork ensure(String name, Subnet subnet) throws IOException {
    throw new UnsupportedOperationException(name + subnet);
  }

  /** The bridge's link name. */
  public String name() {
    return name;
  }

  /** The subnet, whose first address the bridge has. */
  public Subnet subnet() {
    return subnet;
  }

  /**
   * What a sandbox needs to be attached here.
   *
   * @param instance the platform's instance: with the owner, it determines the host link's name
   * @param owner the sandbox's id
   * @param address the sandbox's address, from an {@link AddressPool} of this subnet
   */
  public NetworkAttachment attachment(String instance, String owner, Inet4Address address)
      throws IOException {
    throw new UnsupportedOperationException(instance + owner + address);
  }

  /** Deletes the bridge. One that is gone already is success. */
  public void delete() throws IOException {
    throw new UnsupportedOperationException();
  }
}
