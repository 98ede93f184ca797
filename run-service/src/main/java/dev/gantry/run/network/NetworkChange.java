package dev.gantry.run.network;

import dev.gantry.events.ReasonCode;
import org.jspecify.annotations.Nullable;

/** What came of the wish to make or remove a network. */
public sealed interface NetworkChange {
  /** It is made, or gone. */
  record Done(Network network) implements NetworkChange {}

  /**
   * Nothing changed.
   *
   * @param field of the request that is to blame
   */
  record Refused(ReasonCode reason, String message, @Nullable String field)
      implements NetworkChange {}
}
