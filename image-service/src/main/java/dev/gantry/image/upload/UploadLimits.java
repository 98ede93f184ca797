package dev.gantry.image.upload;

/**
 * What uploads may use.
 *
 * @param openMax how many may be open at a time
 * @param bytesMax how long one may be
 * @param pace how slow one may be
 */
public record UploadLimits(int openMax, long bytesMax, Pace pace) {
  public UploadLimits {
    if (openMax < 1) {
      throw new IllegalArgumentException("gantry.uploads-max must be at least 1: " + openMax);
    }
    if (bytesMax < 1) {
      throw new IllegalArgumentException("gantry.blob-bytes-max must be at least 1: " + bytesMax);
    }
  }
}
