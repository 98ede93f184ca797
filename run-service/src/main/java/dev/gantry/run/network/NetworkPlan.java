package dev.gantry.run.network;

import dev.gantry.isolation.network.Subnet;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.List;

/**
 * The networks of this host's runs.
 *
 * @param instance of the platform: the table of the firewall is named after it
 * @param bridge of the default network, 1 to 15 characters
 * @param subnet of the default network
 * @param pool where other networks get their subnets from, when they do not say which
 * @param publishAddress where ports are published when the request names no address
 * @param directory of the service
 * @param access what runs may, and may not, reach of this host
 */
public record NetworkPlan(
    String instance,
    String bridge,
    Subnet subnet,
    Subnet pool,
    Inet4Address publishAddress,
    Path directory,
    Access access) {
  private static final int LINK_NAME_LENGTH_MAX = 15;
  private static final int POOL_PREFIX_MAX = 24;

  /**
   * What runs may, and may not, reach of this host.
   *
   * @param hostNetwork whether they may have its own network
   * @param guardedPorts TCP ports on which they reach nobody here
   */
  public record Access(boolean hostNetwork, List<Integer> guardedPorts) {
    /** Copies the list. */
    public Access {
      guardedPorts = List.copyOf(guardedPorts);
    }
  }

  /** Refuses a bridge name that the kernel would refuse, and a pool without room for a network. */
  public NetworkPlan {
    if (bridge.isBlank() || bridge.length() > LINK_NAME_LENGTH_MAX || bridge.contains("/")) {
      throw new IllegalArgumentException(
          "gantry.network.bridge is '%s', must have 1 to %d characters"
              .formatted(bridge, LINK_NAME_LENGTH_MAX));
    }
    if (pool.prefix() > POOL_PREFIX_MAX) {
      throw new IllegalArgumentException(
          "gantry.network.pool is %s, must have a prefix of 8 to %d"
              .formatted(pool, POOL_PREFIX_MAX));
    }
  }
}
