package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The contents of the files in a sandbox that say who it is and whom it asks for names. */
public record NameFiles(String resolvConf, String hosts, String hostname) {
  /**
   * The files of a sandbox.
   *
   * @param attachment how it is attached; empty: loopback only
   */
  public static NameFiles of(String hostname, Optional<NetworkAttachment> attachment) {
    throw new UnsupportedOperationException(hostname + attachment);
  }

  /**
   * The name servers of this host that a sandbox can reach: those that are no loopback addresses.
   * May be empty.
   */
  public static List<InetAddress> hostResolvers() throws IOException {
    throw new UnsupportedOperationException();
  }
}
