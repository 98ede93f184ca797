package dev.gantry.run.pull;

import dev.gantry.events.ReasonCode;

/** What came of the wish to have an image here. */
public sealed interface Fetched {
  /** It is. */
  record Ready(PulledImage image) implements Fetched {}

  /** It is not, and trying again now would not help. */
  record Failed(ReasonCode reason, String message) implements Fetched {}
}
