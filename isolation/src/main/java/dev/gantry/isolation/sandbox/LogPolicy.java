package dev.gantry.isolation.sandbox;

/**
 * How much of a sandbox's output is kept: at most {@code files} files of {@code bytesPerFile}
 * bytes, the oldest dropped first.
 */
public record LogPolicy(long bytesPerFile, int files) {
  /** Three files of 16 MiB. */
  public static final LogPolicy DEFAULT = new LogPolicy(16L << 20, 3);

  private static final long BYTES_MIN = 64L << 10;
  private static final int FILES_MAX = 100;

  public LogPolicy {
    if (bytesPerFile < BYTES_MIN) {
      throw new IllegalArgumentException("bytesPerFile " + bytesPerFile + " < " + BYTES_MIN);
    }
    if (files < 1 || files > FILES_MAX) {
      throw new IllegalArgumentException("files " + files + " is not in 1.." + FILES_MAX);
    }
  }
}
