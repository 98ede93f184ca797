package dev.gantry.run.volume;

import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.sandbox.SandboxSpec;
import java.util.List;

/** What came of the wish to mount things in a run. */
public sealed interface Mounting {
  /** They are there, in the order in which they are to be mounted. */
  record Ready(List<SandboxSpec.Mount> mounts) implements Mounting {
    /** Copies the list. */
    public Ready {
      mounts = List.copyOf(mounts);
    }
  }

  /**
   * They cannot be.
   *
   * @param field of the request that is to blame
   */
  record Refused(String field, ReasonCode reason, String message) implements Mounting {}
}
