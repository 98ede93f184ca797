package dev.gantry.run.network;

import dev.gantry.isolation.network.NetworkAttachment;
import dev.gantry.isolation.network.PublishedPort;
import java.util.List;

/** What came of the wish to attach a run. */
public sealed interface Attachment {
  /** It has an address, and its ports are reserved. */
  record Attached(NetworkAttachment network, List<PublishedPort> ports) implements Attachment {
    /** Copies the list. */
    public Attached {
      ports = List.copyOf(ports);
    }
  }

  /**
   * It is not attached, and holds nothing.
   *
   * @param field of the request that is to blame
   */
  sealed interface Refused extends Attachment {
    /** For the sender of the request. */
    String message();

    /** Somebody else listens there. */
    record PortTaken(String field, String message) implements Refused {}

    /** The host does not have the address to publish on. */
    record AddressUnknown(String field, String message) implements Refused {}

    /** All addresses of the subnet are in use. */
    record SubnetFull(String message) implements Refused {}
  }
}
