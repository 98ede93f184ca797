package dev.gantry.run.network;

import dev.gantry.events.Connection.NetworkUse;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.network.AddressPool;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.Optional;

/** What came of a run's wish for an address in a network. */
sealed interface Joining {
  /** It has this one. */
  record At(Inet4Address address) implements Joining {}

  /** It has none. */
  record Not(Attachment.Refused refused) implements Joining {}

  /**
   * Gives the run the address that it wants, or any that is free; one that it has stays.
   *
   * @param field of the request that is to blame if there is none
   */
  static Joining join(String run, NetworkUse use, VirtualNetwork network, String field)
      throws IOException {
    String wanted = use.address();
    if (wanted == null) {
      Optional<Inet4Address> free = network.addresses().allocate(run);
      return free.isPresent()
          ? new At(free.get())
          : new Not(
              new Attachment.Refused(
                  ReasonCode.HOST_FULL,
                  "all %d addresses of network %s (%s) are in use"
                      .formatted(
                          network.bridge().subnet().capacity(),
                          network.name(),
                          network.network().subnet()),
                  field));
    }
    return switch (network.addresses().claim(run, Inet4Address.ofLiteral(wanted))) {
      case AddressPool.Claim.Granted(Inet4Address address) -> new At(address);
      case AddressPool.Claim.Taken(String holder) ->
          new Not(
              new Attachment.Refused(
                  ReasonCode.ADDRESS_TAKEN,
                  wanted + " is the address of run " + holder,
                  field + ".address"));
      case AddressPool.Claim.Unfit(String reason) ->
          new Not(
              new Attachment.Refused(
                  ReasonCode.INVALID_FIELD, wanted + " " + reason, field + ".address"));
    };
  }
}
