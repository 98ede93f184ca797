package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The firewall of one bridge and its published ports: chains and maps of its own, named after the
 * bridge, in the nftables table {@code gantry_<instance>} (family ip). Tables of others are never
 * touched. Thread-safe.
 *
 * <p>Sandboxes reach the outside with the host's address (masquerade); from outside they are
 * reached through published ports only; sandboxes of one bridge see each other, those of another
 * bridge do not see them. A published port works from the host, through 127.0.0.1 too, from outside
 * where the address is the host's own, and from sandboxes, also the one that publishes it. This
 * process holds a published port by listening on it, so that no other process of the host takes it
 * meanwhile.
 */
public final class PortTable implements AutoCloseable {
  private PortTable() {}

  /** A sandbox that lives: its address and ports are put back when the table is built. */
  public record Live(String owner, Inet4Address address, List<PublishedPort> ports) {
    /** Copies the list. */
    public Live {
      ports = List.copyOf(ports);
    }
  }

  /**
   * Builds the bridge's part of the table anew, in one transaction: exactly the ports of those that
   * live are published afterwards. Connections that are open stay open.
   */
  public static PortTable open(String instance, BridgeNetwork network, Collection<Live> live)
      throws IOException {
    throw new UnsupportedOperationException(instance + network + live);
  }

  /**
   * Publishes ports of a sandbox, all in one transaction, or none. What it had published before
   * stays.
   *
   * @throws IOException when the kernel refuses; nothing is published then
   */
  public PublishResult publish(String owner, Inet4Address address, List<PortRequest> requests)
      throws IOException {
    throw new UnsupportedOperationException(owner + address + requests);
  }

  /** Takes back all ports of a sandbox. One without any is success. */
  public void release(String owner) throws IOException {
    throw new UnsupportedOperationException(owner);
  }

  /** All published ports by owner. */
  public Map<String, List<PublishedPort>> published() {
    throw new UnsupportedOperationException();
  }

  /** Removes the bridge's part of the table, and the table when nothing else is in it. */
  public void delete() throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Lets go of the held ports; what is published stays published: sandboxes outlive the service.
   */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
