package dev.gantry.isolation.network;

import java.net.Inet4Address;

/**
 * A port of a sandbox that shall be reachable on the host.
 *
 * @param hostAddress the host's address to bind to; 0.0.0.0 is every address
 * @param hostPort the host's port; 0 is any free one
 * @param containerPort the sandbox's port
 */
public record PortRequest(
    Inet4Address hostAddress, int hostPort, int containerPort, Protocol protocol) {
  /** Refuses numbers that are no ports. */
  public PortRequest {
    if (hostPort < 0 || hostPort > 65_535) {
      throw new IllegalArgumentException("host port is " + hostPort + ", must be 0 to 65535");
    }
    if (containerPort < 1 || containerPort > 65_535) {
      throw new IllegalArgumentException(
          "container port is " + containerPort + ", must be 1 to 65535");
    }
  }
}
