package dev.gantry.isolation.network;

import java.util.List;

/** What became of a wish for ports: all of them are the owner's, or none. */
public sealed interface PublishResult {
  /** All are the owner's, in the order of the requests. */
  record Granted(List<PublishedPort> ports) implements PublishResult {
    /** Copies the list. */
    public Granted {
      ports = List.copyOf(ports);
    }
  }

  /**
   * None is: this one is in use.
   *
   * @param holder who has it, for people: a sandbox's id or a process of the host
   */
  record PortTaken(PortRequest request, String holder) implements PublishResult {}

  /** None is: the host does not have this address. */
  record AddressUnknown(PortRequest request) implements PublishResult {}
}
