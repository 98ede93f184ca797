package dev.gantry.image.mirror;

import java.time.Duration;

/**
 * What mirroring may use.
 *
 * @param fetchesMax how many fetches of blobs may be under way, and as many other questions
 * @param fetchMax how long the fetch of a blob may take
 * @param questionMax how long everything else may take
 * @param triesMax how often a blob is gone on with without a byte more
 * @param blobBytesMax how long a blob may be
 */
record MirrorLimits(
    int fetchesMax, Duration fetchMax, Duration questionMax, int triesMax, long blobBytesMax) {
  MirrorLimits {
    require(fetchesMax >= 1, "fetches-max", fetchesMax, "at least 1");
    require(fetchMax.isPositive(), "fetch-timeout", fetchMax, "positive");
    require(triesMax >= 1, "tries-max", triesMax, "at least 1");
  }

  private static void require(boolean good, String key, Object value, String bound) {
    if (!good) {
      throw new IllegalArgumentException(
          "gantry.mirror." + key + " must be " + bound + ": " + value);
    }
  }
}
