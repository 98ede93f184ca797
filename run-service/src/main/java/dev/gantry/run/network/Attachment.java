package dev.gantry.run.network;

import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.network.PublishedPort;
import dev.gantry.isolation.sandbox.SandboxSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of the wish to attach a run. */
public sealed interface Attachment {
  /**
   * It has its addresses, and its ports are reserved.
   *
   * @param address its own on its first network; empty: it has none of its own
   */
  record Attached(SandboxSpec.Network network, Optional<String> address, List<PublishedPort> ports)
      implements Attachment {
    /** Copies the list. */
    public Attached {
      ports = List.copyOf(ports);
    }
  }

  /**
   * It is not attached, and holds nothing.
   *
   * @param message for the sender of the request
   * @param field of the request that is to blame
   */
  record Refused(ReasonCode reason, String message, @Nullable String field) implements Attachment {}
}
