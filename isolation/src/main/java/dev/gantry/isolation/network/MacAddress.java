package dev.gantry.isolation.network;

import java.net.Inet4Address;
import java.util.HexFormat;

/** A 48-bit link layer address, written {@code 02:67:0a:d2:00:02}. */
public record MacAddress(String text) {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /** Refuses what is no such address. */
  public MacAddress {
    if (COLONS.parseHex(text).length != 6) {
      throw new IllegalArgumentException("not a MAC address: " + text);
    }
  }

  /**
   * The address that belongs to an IPv4 address: locally administered, and the same whenever the
   * IPv4 address is used again, so that neighbours' caches stay right.
   */
  public static MacAddress of(Inet4Address address) {
    return new MacAddress("02:67:" + COLONS.formatHex(address.getAddress()));
  }

  /** Its six bytes. */
  public byte[] bytes() {
    return COLONS.parseHex(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
