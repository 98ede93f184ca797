package dev.gantry.isolation.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 subnet: its first address is the bridge's (the gateway) unless it is told otherwise, the
 * last is the broadcast address, the others are for sandboxes.
 */
public record Subnet(Inet4Address network, int prefix) {
  /** Refuses subnets with host bits set, and those without room for a gateway and a sandbox. */
  public Subnet {
    if (prefix < 8 || prefix > 29) {
      throw new IllegalArgumentException("subnet prefix is " + prefix + ", must be 8 to 29");
    }
    if ((toInt(network) & hostMask(prefix)) != 0) {
      throw new IllegalArgumentException(
          "subnet " + network.getHostAddress() + "/" + prefix + " has host bits set");
    }
  }

  /**
   * Parses {@code 10.210.0.0/16}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Subnet parse(String text) {
    int slash = text.indexOf('/');
    try {
      if (slash > 0) {
        Inet4Address network = Inet4Address.ofLiteral(text.substring(0, slash));
        // Shorter forms mean an address, too, but seldom the one that is meant.
        if (network.getHostAddress().equals(text.substring(0, slash))) {
          return new Subnet(network, Integer.parseInt(text.substring(slash + 1)));
        }
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an IPv4 subnet: " + text, e);
    }
    throw new IllegalArgumentException("not an IPv4 subnet: " + text);
  }

  /** The bridge's address if it has no other: the first. */
  public Inet4Address gateway() {
    return address(1);
  }

  /** How many addresses there are for sandboxes. */
  public int capacity() {
    return hostMask(prefix) - 2;
  }

  /** The address at an offset from the network's address. */
  public Inet4Address address(int offset) {
    return toAddress(toInt(network) + offset);
  }

  /** Whether the address is in the subnet. */
  public boolean contains(Inet4Address address) {
    return (toInt(address) & ~hostMask(prefix)) == toInt(network);
  }

  /**
   * Whether a host can have the address: it is in the subnet, and neither its first nor its last.
   */
  public boolean isHost(Inet4Address address) {
    return contains(address) && offset(address) >= 1 && offset(address) < hostMask(prefix);
  }

  /** Whether the two have addresses in common. */
  public boolean overlaps(Subnet other) {
    return contains(other.network) || other.contains(network);
  }

  /** The offset of an address from the network's address. */
  public int offset(Inet4Address address) {
    return toInt(address) - toInt(network);
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefix;
  }

  private static int hostMask(int prefix) {
    return -1 >>> prefix;
  }

  private static int toInt(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }

  private static Inet4Address toAddress(int bits) {
    try {
      return (Inet4Address)
          InetAddress.getByAddress(ByteBuffer.allocate(Integer.BYTES).putInt(bits).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
