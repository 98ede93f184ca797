package dev.gantry.build.execute;

import dev.gantry.oci.layer.Compression;
import dev.gantry.oci.layer.LayerOptions;
import dev.gantry.oci.layer.LayerTimes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the layers of a build are written.
 *
 * @param epoch the latest time that an image may tell of (SOURCE_DATE_EPOCH); absent: that of the
 *     newest thing that went into it, so that the same makes the same whenever it is built
 */
record LayerStyle(Optional<Instant> epoch, Compression compression) {
  /** When something counts as made, by the time of the newest thing that it was made from. */
  Instant created(Instant newest) {
    return epoch.orElse(newest);
  }

  /** For copied files, whose times are those of their sources. */
  LayerOptions copied() {
    LayerOptions options = LayerOptions.of(compression);
    return epoch.isPresent() ? options.with(new LayerTimes.ClampedTo(epoch.get())) : options;
  }

  /** For files that a process made, which know what time it is. */
  LayerOptions made(Instant created) {
    return LayerOptions.of(compression).with(new LayerTimes.ClampedTo(created));
  }

  /** What a cached layer must have in common with this, where it is not the default. */
  Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    epoch.ifPresent(time -> values.put("SOURCE_DATE_EPOCH", Long.toString(time.getEpochSecond())));
    if (compression != Compression.GZIP) {
      values.put("compression", compression.name());
    }
    return values;
  }
}
