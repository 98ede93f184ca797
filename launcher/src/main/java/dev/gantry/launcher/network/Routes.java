package dev.gantry.launcher.network;

import java.util.List;

/** The host's IPv4 routes, as lines of {@code /proc/net/route} (addresses little-endian hex). */
final class Routes {
  private static final int DESTINATION = 1;
  private static final int MASK = 7;
  private static final long NARROW = 0xfff00000L;

  private Routes() {}

  /**
   * Whether no route of /12 or narrower (wider ones serve as default routes: of a provider, of a
   * VPN) touches 10.{@code second}.{@code third}.0 and the {@code count} /24 networks from there
   * ({@code count} a power of two that divides {@code third}).
   */
  static boolean free(List<String> lines, int second, int third, int count) {
    long network = 10L << 24 | (long) second << 16 | (long) third << 8;
    long mask = 0xffffffffL & -((long) count << 8);
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length <= MASK || columns[DESTINATION].equals("Destination")) {
        continue;
      }
      long itsNetwork = address(columns[DESTINATION]);
      long itsMask = address(columns[MASK]);
      long common = mask & itsMask;
      if (itsMask >= NARROW && (network & common) == (itsNetwork & common)) {
        return false;
      }
    }
    return true;
  }

  private static long address(String littleEndianHex) {
    return 0xffffffffL & Integer.reverseBytes(Integer.parseUnsignedInt(littleEndianHex, 16));
  }
}
