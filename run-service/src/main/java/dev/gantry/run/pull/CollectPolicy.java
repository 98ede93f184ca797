package dev.gantry.run.pull;

import java.time.Duration;

/**
 * When images that nobody uses are removed.
 *
 * @param unusedMax how long they are kept
 * @param diskHighPercent when so much of the disk is used, they go at once, the least recently used
 *     first
 * @param diskLowPercent until no more than this is used
 */
public record CollectPolicy(Duration unusedMax, int diskHighPercent, int diskLowPercent) {
  /** Refuses what cannot work, naming the setting. */
  public CollectPolicy {
    if (unusedMax.isNegative()) {
      throw new IllegalArgumentException("gantry.images.unused-max is " + unusedMax);
    }
    if (diskHighPercent < 1 || diskHighPercent > 100) {
      throw new IllegalArgumentException(
          "gantry.images.disk-high-percent is %d, must be 1 to 100".formatted(diskHighPercent));
    }
    if (diskLowPercent < 0 || diskLowPercent > diskHighPercent) {
      throw new IllegalArgumentException(
          "gantry.images.disk-low-percent is %d, must be 0 to %d"
              .formatted(diskLowPercent, diskHighPercent));
    }
  }
}
