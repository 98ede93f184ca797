package dev.gantry.isolation.network;

import java.net.Inet4Address;

/** A port of a sandbox that is reachable on the host, on this address and port. */
public record PublishedPort(
    Inet4Address hostAddress, int hostPort, int containerPort, Protocol protocol) {
  @Override
  public String toString() {
    return hostAddress.getHostAddress()
        + ":"
        + hostPort
        + "->"
        + containerPort
        + "/"
        + protocol.text();
  }
}
