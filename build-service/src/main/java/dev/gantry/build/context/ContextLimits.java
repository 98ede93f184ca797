package dev.gantry.build.context;

/**
 * How large a context may be.
 *
 * @param bytesMax as sent, compressed or not
 * @param unpackedBytesMax the tar after decompression
 * @param entriesMax files, directories and links
 */
public record ContextLimits(long bytesMax, long unpackedBytesMax, int entriesMax) {
  private static final int ENTRIES_MAX = 500_000;
  private static final int RATIO_MAX = 8;

  /** Refuses what is not positive. */
  public ContextLimits {
    if (bytesMax < 1 || unpackedBytesMax < 1 || entriesMax < 1) {
      throw new IllegalArgumentException("context limits must be at least 1");
    }
  }

  /** Limits of what comes without compression. */
  public static ContextLimits ofFetched(long bytesMax) {
    return new ContextLimits(bytesMax, bytesMax, ENTRIES_MAX);
  }

  /** Limits that follow from the size as sent. */
  public static ContextLimits of(long bytesMax) {
    return new ContextLimits(bytesMax, bytesMax * RATIO_MAX, ENTRIES_MAX);
  }
}
