package dev.gantry.oci.layer;

import java.time.Instant;

/** What modification times a layer gets; in whole seconds. */
public sealed interface LayerTimes {
  /** As the files have them. */
  record Kept() implements LayerTimes {}

  /** As the files have them, but none later than this (SOURCE_DATE_EPOCH). */
  record ClampedTo(Instant latest) implements LayerTimes {}

  /** The time that the archive says. */
  default long seconds(Instant modified) {
    return switch (this) {
      case Kept() -> modified.getEpochSecond();
      case ClampedTo(Instant latest) ->
          Math.min(modified.getEpochSecond(), latest.getEpochSecond());
    };
  }
}
