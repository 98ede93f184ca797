package dev.gantry.run.network;

import dev.gantry.isolation.network.Subnet;
import java.net.Inet4Address;
import java.nio.file.Path;

/**
 * The network of this host's runs.
 *
 * @param instance of the platform: the table of the firewall is named after it
 * @param bridge the bridge's name, 1 to 15 characters
 * @param publishAddress where ports are published when the request names no address
 * @param addresses the file that says who has which address
 */
public record NetworkSettings(
    String instance, String bridge, Subnet subnet, Inet4Address publishAddress, Path addresses) {
  private static final int LINK_NAME_LENGTH_MAX = 15;

  /** Refuses a bridge name that the kernel would refuse. */
  public NetworkSettings {
    if (bridge.isBlank() || bridge.length() > LINK_NAME_LENGTH_MAX || bridge.contains("/")) {
      throw new IllegalArgumentException(
          "gantry.network.bridge is '%s', must have 1 to %d characters"
              .formatted(bridge, LINK_NAME_LENGTH_MAX));
    }
  }
}
