package dev.gantry.oci.network;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses that begin with the same bits. */
record AddressRange(InetAddress network, int prefix) {
  /**
   * Parses {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
   *
   * @throws IllegalArgumentException when it is none
   */
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress network = InetAddress.ofLiteral(literal);
      int bits = network.getAddress().length * 8;
      int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      if (prefix >= 0 && prefix <= bits) {
        return new AddressRange(network, prefix);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a network such as 10.0.0.0/8: " + text, e);
    }
    throw new IllegalArgumentException("not a network such as 10.0.0.0/8: " + text);
  }

  boolean has(InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The address without a scope: as bytes alone. */
  static InetAddress plain(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
